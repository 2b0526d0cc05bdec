"""What a new organisation starts with: one rule, a tree of causes, replies to start from in three languages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from closeloop.models import AlertRule, CannedReply, Priority, RootCause
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.models import Language, Organization

# The keys are fixed: programs resolve cases by them.
CAUSES: dict[str, tuple[str, dict[str, str]]] = {
    "delivery": (
        gettext_noop("Delivery and installation"),
        {
            "delivery-late": gettext_noop("Late or missed appointment"),
            "delivery-incomplete": gettext_noop("Incomplete or damaged"),
        },
    ),
    "billing": (
        gettext_noop("Billing"),
        {
            "billing-wrong": gettext_noop("Wrong amount"),
            "billing-unclear": gettext_noop("Bill hard to understand"),
        },
    ),
    "service": (
        gettext_noop("Customer service"),
        {
            "service-wait": gettext_noop("Long wait or no call back"),
            "service-unsolved": gettext_noop("Problem not solved"),
            "service-manner": gettext_noop("Manner"),
        },
    ),
    "product": (
        gettext_noop("Product or service quality"),
        {
            "product-outage": gettext_noop("Outage or defect"),
            "product-expectation": gettext_noop("Not what was promised"),
        },
    ),
    "price": (gettext_noop("Price"), {}),
    "other": (gettext_noop("Other"), {}),
}


@dataclass(frozen=True)
class Starter:
    """A reply to start from, {language: (name, text)}; with classes it belongs to the playbook."""

    texts: dict[str, tuple[str, str]]
    classes: tuple[NpsClass, ...] = ()


# Written in each language by hand: customers read them, and the form of address is the respectful one.
REPLIES = (
    Starter(
        {
            "en": (
                "Apology and next step",
                "Dear {{customer_name|customer}},\n\nThank you for telling us. I am sorry about what happened. "
                "I have looked into it, and this is what I will do: [what I will do]. You will hear from me by [day and time].",
            ),
            "es": (
                "Disculpa y próximo paso",
                "Hola, {{customer_name|buenos días}}:\n\nGracias por contárnoslo. Lamento lo ocurrido. "
                "Revisé su caso y esto es lo que haré: [qué haré]. Tendrá noticias mías a más tardar el [día y hora].",
            ),
            "it": (
                "Scuse e prossimo passo",
                "Gentile {{customer_name|cliente}},\n\ngrazie per avercelo detto. Mi dispiace per quanto è successo. "
                "Ho esaminato il Suo caso ed ecco che cosa farò: [che cosa farò]. Avrà mie notizie entro [giorno e ora].",
            ),
        },
        classes=(NpsClass.DETRACTOR,),
    ),
    Starter(
        {
            "en": (
                "Quick fix",
                "Dear {{customer_name|customer}},\n\nThank you for telling us. It is put right: [what was done]. "
                "There is nothing you need to do. If anything is still missing, answer on the page below and I will see to it.",
            ),
            "es": (
                "Solución rápida",
                "Hola, {{customer_name|buenos días}}:\n\nGracias por contárnoslo. Ya está corregido: [qué se hizo]. "
                "No tiene que hacer nada. Si algo sigue sin estar bien, contéstenos en la página de abajo y me ocupo.",
            ),
            "it": (
                "Soluzione rapida",
                "Gentile {{customer_name|cliente}},\n\ngrazie per avercelo detto. È già sistemato: [che cosa è stato fatto]. "
                "Non deve fare nulla. Se qualcosa ancora non va, ci risponda nella pagina qui sotto e me ne occupo.",
            ),
        },
        classes=(NpsClass.DETRACTOR, NpsClass.PASSIVE),
    ),
    Starter(
        {
            "en": (
                "Service restored",
                "Dear {{customer_name|customer}},\n\nYour service has been working again since [day and time]. "
                "The cause was [cause]. I am sorry for the time it took. Please check it, and tell us below if it fails again.",
            ),
            "es": (
                "Servicio restablecido",
                "Hola, {{customer_name|buenos días}}:\n\nSu servicio funciona de nuevo desde [día y hora]. "
                "La causa fue [causa]. Lamento el tiempo que estuvo sin él. Compruébelo y, si vuelve a fallar, díganoslo en la "
                "página de abajo.",
            ),
            "it": (
                "Servizio ripristinato",
                "Gentile {{customer_name|cliente}},\n\nil Suo servizio funziona di nuovo da [giorno e ora]. "
                "La causa è stata [causa]. Mi dispiace per il tempo in cui ne è rimasto senza. Lo verifichi e, se si ripete, ce lo "
                "dica nella pagina qui sotto.",
            ),
        },
        classes=(NpsClass.DETRACTOR,),
    ),
    Starter(
        {
            "en": (
                "One question first",
                "Dear {{customer_name|customer}},\n\nThank you for your answer. To put this right I need to know one more "
                "thing: [question]. You can simply answer on the page below.",
            ),
            "es": (
                "Una pregunta antes",
                "Hola, {{customer_name|buenos días}}:\n\nGracias por su respuesta. Para resolverlo necesito saber una cosa "
                "más: [pregunta]. Puede contestar en la página que encontrará abajo.",
            ),
            "it": (
                "Prima una domanda",
                "Gentile {{customer_name|cliente}},\n\ngrazie per la Sua risposta. Per risolvere mi serve sapere ancora "
                "una cosa: [domanda]. Può rispondere nella pagina indicata qui sotto.",
            ),
        }
    ),
    Starter(
        {
            "en": (
                "Solved: please confirm",
                "Dear {{customer_name|customer}},\n\nThis is what we did: [what was done]. Is it solved for you? "
                "One tap on the page below tells us, and a no opens your case again.",
            ),
            "es": (
                "Resuelto: le pedimos confirmarlo",
                "Hola, {{customer_name|buenos días}}:\n\nEsto es lo que hicimos: [qué se hizo]. ¿Quedó resuelto? "
                "Puede decírnoslo con un toque en la página de abajo; si no lo está, volvemos a abrir su caso.",
            ),
            "it": (
                "Risolto: ci conferma?",
                "Gentile {{customer_name|cliente}},\n\necco che cosa abbiamo fatto: [che cosa è stato fatto]. È risolto per "
                "Lei? Basta un tocco nella pagina qui sotto; se non lo è, riapriamo il Suo caso.",
            ),
        }
    ),
    Starter(
        {
            "en": (
                "Thank you to a promoter",
                "Dear {{customer_name|customer}},\n\nThank you for recommending {{company}}. "
                "I passed your words on to those who earned them.",
            ),
            "es": (
                "Gracias a quien nos recomienda",
                "Hola, {{customer_name|buenos días}}:\n\nGracias por recomendar {{company}}. "
                "Hice llegar sus palabras a quienes se las ganaron.",
            ),
            "it": (
                "Grazie a chi ci consiglia",
                "Gentile {{customer_name|cliente}},\n\ngrazie per consigliare {{company}}. "
                "Ho riferito le Sue parole a chi se le è meritate.",
            ),
        },
        classes=(NpsClass.PROMOTER,),
    ),
)


def give_starters(organization: Organization) -> None:
    """Inside a new organisation: its first rule, causes and replies, named in its language."""
    with translation.override(organization.language):
        AlertRule.objects.create(
            name=_("Detractors"), classes=[NpsClass.DETRACTOR.value], opens_case=True, priority=Priority.HIGH
        )
        _plant_causes()
    CannedReply.objects.bulk_create(
        CannedReply(name=name, language=language, text=text, classes=[one.value for one in reply.classes])
        for reply in REPLIES
        for language, (name, text) in reply.texts.items()
        if language in Language.values
    )


def _plant_causes() -> None:
    for position, (key, (name, below)) in enumerate(CAUSES.items()):
        parent = RootCause.objects.create(key=key, name=_(name), position=position)
        for place, (child, child_name) in enumerate(below.items()):
            RootCause.objects.create(key=child, name=_(child_name), position=place, parent=parent)
