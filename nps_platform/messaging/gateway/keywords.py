"""What a short answer means: the words by which people stop texts, start them again or ask for help.

Carriers ask for the English ones everywhere; beside them stand those that our languages use.
"""

from __future__ import annotations

import re

from nps_platform.lib.words import fold
from nps_platform.messaging.gateway.interface import Said

_STOP = frozenset(
    """
    stop | stopall | stop all | unsubscribe | cancel | end | quit | revoke | optout | opt out
    baja | alto | cancelar | salir | parar | fin | para | dar de baja | darme de baja | deme de baja | dame de baja
    no mas | no mas mensajes | no me escriban mas | no me escriba mas
    ferma | fermare | basta | cancella | cancellami | annulla | disiscrivi | disiscrivimi | fine
    sair | remover | cancelar envio | descadastrar
    """.replace("\n", "|").split("|")
)
_START = frozenset(
    [
        "start",
        "unstop",
        "yes",
        "alta",
        "inicio",
        "iniciar",
        "reanudar",
        "volver",
        "attiva",
        "riprendi",
        "riattiva",
        "iniciar",
        "voltar",
    ]
)
_HELP = frozenset(["help", "info", "ayuda", "informacion", "aiuto", "informazioni", "ajuda"])
_POLITE = re.compile(r"\b(please|por favor|per favore|gracias|grazie|obrigad[oa]|thanks|thank you)\b")
_NO_WORD = re.compile(r"[^\w\s]+")
_MEANINGS = (
    (frozenset(phrase.strip() for phrase in _STOP) - {""}, Said.STOP),
    (_START, Said.START),
    (_HELP, Said.HELP),
)


def meaning_of(body: str) -> Said:
    """The whole answer must be one of the words, however it is written: a comment that begins with "alto" is a comment."""
    plain = " ".join(_POLITE.sub(" ", _NO_WORD.sub(" ", fold(body))).split())
    return next((said for words, said in _MEANINGS if plain in words), Said.OTHER)
