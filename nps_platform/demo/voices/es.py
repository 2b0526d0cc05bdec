"""Spanish voices."""

VOICES = {
    "installation": {
        "promoter": [
            "El técnico llegó a la hora que dijo y dejó todo funcionando.",
            "Instalaron la fibra en cuarenta minutos y recogieron hasta los recortes de cable.",
            "Vinieron un sábado porque entre semana no podía. Se agradece.",
            "Me explicó cómo colocar el router para que llegara señal al fondo de la casa.",
            "Todo a la primera: cita, visita y servicio el mismo día.",
            "El instalador revisó también el cableado viejo sin que se lo pidiera.",
        ],
        "passive": [
            "La instalación quedó bien, aunque tuve que esperar toda la mañana.",
            "Correcto, pero nadie me avisó de que cambiaban al técnico.",
            "Funciona. El cable por la fachada podría haber quedado más discreto.",
            "Bien el trabajo; la cita me la movieron una vez.",
            "El técnico amable, pero le faltaba una pieza y volvió al día siguiente.",
        ],
        "detractor": [
            "Tres técnicos en una semana y sigo sin internet.",
            "Me dieron cita de 9 a 14, pedí el día libre y no vino nadie.",
            "El técnico dijo que no era su zona y se fue sin instalar nada.",
            "Llevo once días esperando la instalación y cada llamada me dan otra fecha.",
            "Dejaron un agujero en la pared y el router colgando.",
            "Cambiaron la cita dos veces por SMS, sin preguntarme.",
            "Se marchó antes de comprobar que funcionara; no funcionaba.",
        ],
    },
    "billing": {
        "promoter": [
            "La factura se entiende y cobran lo que dijeron.",
            "Detectaron ellos mismos un cobro doble y lo devolvieron en dos días.",
            "Por fin una factura en una página.",
            "Pedí cambiar la fecha de cobro y lo hicieron al momento.",
        ],
        "passive": [
            "La factura está bien, pero tarda en llegar.",
            "No encuentro en la factura el detalle de las llamadas.",
            "Cobran bien; el descuento podría durar más.",
            "Prefería la factura anterior, esta da muchas vueltas.",
        ],
        "detractor": [
            "La factura sube cada mes y no entiendo por qué.",
            "Me cobraron 45 € por cambio de domicilio y nadie me lo había dicho.",
            "Pago un servicio que di de baja en marzo.",
            "Llevo tres facturas reclamando el mismo cargo.",
            "El descuento prometido no aparece por ningún lado.",
            "Con la factura nueva no hay manera de saber qué se paga por la luz y qué por la fibra.",
            "Me cobraron dos veces el mismo recibo y la devolución no llega.",
            "El cargo por cambio de domicilio es una tomadura de pelo.",
        ],
    },
    "support": {
        "promoter": [
            "Llamé a las once de la noche y me acompañaron hasta que volvió la señal.",
            "Me resolvieron en una sola llamada.",
            "Muy atenta la persona que me atendió, se notaba que sabía.",
            "Llamé por la mañana y a mediodía ya me habían devuelto la llamada con una solución.",
            "Por el chat, en cinco minutos y sin repetir mis datos.",
        ],
        "passive": [
            "Lo resolvieron, pero tuve que explicar lo mismo a dos personas.",
            "Buena atención, mala espera: veinte minutos de música.",
            "Me atendieron bien; el problema ha vuelto a la semana.",
            "Correcto. Echo en falta que escriban cuando está arreglado.",
        ],
        "detractor": [
            "Nadie me devuelve la llamada.",
            "Cuarenta minutos de espera y se cortó.",
            "Cada vez que llamo empiezo de cero, nadie lee lo anterior.",
            "Me colgaron después de pasarme por cuatro departamentos.",
            "Abrieron una incidencia hace dos semanas y sigue «en curso».",
            "El agente me prometió una respuesta en 24 horas. Han pasado seis días.",
            "Pedí hablar con un responsable y me dijeron que no era posible.",
        ],
    },
    "store": {
        "promoter": [
            "En la tienda me buscaron el plan más barato, no el más caro.",
            "Salí con todo hecho en diez minutos.",
            "La chica de la tienda pasó mis contactos al teléfono nuevo.",
        ],
        "passive": [
            "Bien atendido, pero solo había una persona en la tienda.",
            "Tuve que volver con el recibo de la luz.",
            "Correcto, sin más.",
        ],
        "detractor": [
            "Una hora de cola para que me dijeran que eso se hace por teléfono.",
            "Me vendieron un seguro que yo no había pedido.",
            "En la tienda dicen una cosa y por teléfono la contraria.",
        ],
    },
    "speed": {
        "promoter": [
            "Trabajo desde casa y no se ha cortado ni una vez.",
            "Lo contratado es lo que llega: 600 son 600.",
            "Tres videollamadas a la vez y ni se nota.",
        ],
        "passive": [
            "Por la noche baja un poco, pero cumple.",
            "La fibra va bien, el wifi de su router no tanto.",
            "Correcto. ¿Tienen plan de fibra para la segunda casa?",
        ],
        "detractor": [
            "Se corta todas las tardes a la misma hora.",
            "Pago 1.000 megas y por cable no pasa de 200.",
            "Trabajo desde casa y esto me cuesta dinero.",
            "Desde el apagón de julio la conexión no ha vuelto a ser la misma.",
        ],
    },
    "price": {
        "promoter": [
            "Buen precio y sin sorpresas a los doce meses.",
            "Juntar luz y fibra me ahorra casi veinte euros al mes.",
        ],
        "passive": ["El precio está bien, aunque a los nuevos les dan más.", "Un poco caro, pero estable."],
        "detractor": [
            "A los clientes de siempre nos cobran más que a los nuevos.",
            "Subieron la tarifa dos veces este año.",
            "Me han ofrecido lo mismo en otra compañía por quince euros menos.",
        ],
    },
    "app": {
        "promoter": [
            "El cambio de plan tardó dos minutos desde la aplicación. Así da gusto.",
            "Con la aplicación veo el consumo de luz por horas.",
        ],
        "passive": [
            "La aplicación es útil, pero pide la contraseña cada vez.",
            "Falta poder descargar todas las facturas de una vez.",
        ],
        "detractor": [
            "La aplicación falla justo cuando quiero ver la factura.",
            "Hice el cambio en la aplicación y nunca se aplicó.",
        ],
    },
    "energy": {
        "promoter": [
            "Leen el contador a distancia y no estiman nada.",
            "Me avisaron de que otra tarifa me convenía más, y era verdad.",
        ],
        "passive": ["La luz bien; cuesta saber en qué tramo estoy.", "Sin problemas, aunque la lectura llega tarde."],
        "detractor": [
            "Llevan cuatro meses facturando lectura estimada.",
            "Estuvimos dos días sin luz y nadie dio una explicación.",
            "Cambiaron mi tarifa de luz sin avisarme.",
        ],
    },
}
TAILS = {
    "promoter": [
        "Así da gusto.",
        "Gracias.",
        "Los recomiendo a mis vecinos.",
        "Que siga así.",
        "Diez años con ustedes y contento.",
    ],
    "passive": ["Por lo demás, bien.", "Se puede mejorar.", "Lo normal.", "Ya veremos."],
    "detractor": [
        "Espero una llamada.",
        "Si sigue así, me voy.",
        "Quiero darme de baja.",
        "Trabajo desde casa y esto me cuesta dinero.",
        "Y encima pago por ello.",
        "No es la primera vez.",
        "Ya lo puse en otra encuesta y nadie contestó.",
    ],
}
