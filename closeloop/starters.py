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
    """A reply to start from, {language: (name, text)}."""

    texts: dict[str, tuple[str, str]]


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
        }
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
        }
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
        CannedReply(name=name, language=language, text=text)
        for reply in REPLIES
        for language, (name, text) in reply.texts.items()
        if language in Language.values
    )


def _plant_causes() -> None:
    for position, (key, (name, below)) in enumerate(CAUSES.items()):
        parent = RootCause.objects.create(key=key, name=_(name), position=position)
        for place, (child, child_name) in enumerate(below.items()):
            RootCause.objects.create(key=child, name=_(child_name), position=place, parent=parent)
