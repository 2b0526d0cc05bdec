"""Italian voices."""

VOICES = {
    "installation": {
        "promoter": [
            "Il tecnico è arrivato puntuale e ha lasciato tutto in ordine.",
            "Installazione in mezz'ora, fibra attiva subito.",
            "Mi ha spiegato con calma dove mettere il modem.",
            "Sono venuti di sabato per venirmi incontro.",
        ],
        "passive": [
            "Lavoro fatto bene, ma ho aspettato tutta la mattina.",
            "Tutto a posto, l'appuntamento però è stato spostato una volta.",
            "Il tecnico gentile; mancava un pezzo ed è tornato il giorno dopo.",
        ],
        "detractor": [
            "Tre appuntamenti e il tecnico non si è mai visto.",
            "Dodici giorni senza linea in attesa dell'installazione.",
            "Ha lasciato un buco nel muro e se n'è andato.",
            "Mi hanno spostato l'appuntamento due volte senza chiedere.",
        ],
    },
    "billing": {
        "promoter": [
            "La bolletta è chiara e corrisponde a quanto promesso.",
            "Hanno corretto un addebito doppio prima che me ne accorgessi.",
            "Finalmente una bolletta di una pagina.",
        ],
        "passive": [
            "La bolletta va bene, ma arriva tardi.",
            "Manca il dettaglio delle chiamate.",
            "Lo sconto potrebbe durare di più.",
        ],
        "detractor": [
            "La bolletta aumenta ogni mese e nessuno sa dirmi perché.",
            "Mi hanno addebitato 45 € per il cambio di indirizzo senza avvisare.",
            "Pago un servizio che ho disdetto a marzo.",
            "Con la nuova bolletta non si capisce più niente.",
            "Doppio addebito e il rimborso non arriva.",
        ],
    },
    "support": {
        "promoter": [
            "Ho chiamato di sera e sono rimasti con me finché la linea è tornata.",
            "Problema risolto con una sola telefonata.",
            "Persona competente e gentilissima.",
            "In chat, cinque minuti e via.",
        ],
        "passive": [
            "Risolto, ma ho dovuto spiegare tutto due volte.",
            "Bravi, però venti minuti di attesa.",
            "Mi aspettavo un messaggio a cose fatte.",
        ],
        "detractor": [
            "Ho chiesto la disdetta due volte.",
            "Nessuno mi richiama.",
            "Quaranta minuti di attesa e poi è caduta la linea.",
            "Ogni volta si ricomincia da capo.",
            "Segnalazione aperta da due settimane, ancora «in lavorazione».",
        ],
    },
    "store": {
        "promoter": ["In negozio mi hanno consigliato il piano più economico.", "Dieci minuti e avevo finito."],
        "passive": ["Gentili, ma una sola persona allo sportello.", "Sono dovuto tornare con un documento."],
        "detractor": [
            "Un'ora di fila per sentirmi dire di telefonare.",
            "In negozio dicono una cosa, al telefono un'altra.",
        ],
    },
    "speed": {
        "promoter": ["Lavoro da casa e non è mai caduta la linea.", "La velocità è quella del contratto."],
        "passive": ["La sera rallenta un po', ma regge.", "La fibra va, il wifi del modem meno."],
        "detractor": ["Cade tutti i pomeriggi alla stessa ora.", "Pago mille mega e ne arrivano duecento."],
    },
    "price": {
        "promoter": ["Prezzo onesto e nessuna sorpresa dopo un anno."],
        "passive": ["Prezzo giusto, ma ai nuovi clienti fanno di meglio."],
        "detractor": ["Chi è cliente da anni paga più dei nuovi.", "Due aumenti in un anno."],
    },
    "app": {
        "promoter": ["Cambio piano in due minuti dall'app.", "Con l'app vedo i consumi ora per ora."],
        "passive": ["App utile, ma chiede la password ogni volta."],
        "detractor": ["L'app si blocca proprio quando apro la bolletta."],
    },
    "energy": {
        "promoter": ["Lettura a distanza, niente stime.", "Mi hanno avvisato che un'altra tariffa mi conveniva."],
        "passive": ["Luce bene; difficile capire la fascia oraria."],
        "detractor": ["Quattro mesi di letture stimate.", "Due giorni senza corrente e nessuna spiegazione."],
    },
}
TAILS = {
    "promoter": ["Grazie.", "Continuate così.", "Li consiglio a tutti."],
    "passive": ["Per il resto bene.", "Si può migliorare."],
    "detractor": ["Aspetto una telefonata.", "Se continua così, cambio.", "Non è la prima volta.", "E pago pure."],
}
