"""What is said of what leaves: mails; messages, where it may be a text; or calls. `Programme.medium` says which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nps_platform.tenancy.templatetags.circulo import long_day, number, when
from surveys.models import Programme


@dataclass(frozen=True)
class Said:
    """Sentences with a number of mails, messages or calls in them, in the reader's language."""

    medium: str

    def amount(self, n: int) -> str:
        return self._one_of(
            n,
            mail=ngettext("%(shown)s mail", "%(shown)s mails", n),
            message=ngettext("%(shown)s message", "%(shown)s messages", n),
            call=ngettext("%(shown)s call", "%(shown)s calls", n),
        )

    def more_until(self, n: int, last: date) -> str:
        return self._one_of(
            n,
            mail=ngettext("%(shown)s more mail until %(last)s.", "%(shown)s more mails until %(last)s.", n),
            message=ngettext("%(shown)s more message until %(last)s.", "%(shown)s more messages until %(last)s.", n),
            call=ngettext("%(shown)s more call until %(last)s.", "%(shown)s more calls until %(last)s.", n),
            last=long_day(last),
        )

    def after_close(self, n: int) -> str:
        return self._one_of(
            n,
            mail=ngettext(
                "The wave closes before %(shown)s mail leaves: a higher daily limit or a longer wave lets it out.",
                "The wave closes before %(shown)s mails leave: a higher daily limit or a longer wave lets them out.",
                n,
            ),
            message=ngettext(
                "The wave closes before %(shown)s message leaves: a higher daily limit or a longer wave lets it out.",
                "The wave closes before %(shown)s messages leave: a higher daily limit or a longer wave lets them out.",
                n,
            ),
            call=ngettext(
                "The wave closes before %(shown)s call is made: more calls a day or a longer wave makes room for it.",
                "The wave closes before %(shown)s calls are made: more calls a day or a longer wave makes room for them.",
                n,
            ),
        )

    def first_leave(self, n: int, at: datetime | None) -> str:
        """Of mails and messages; `at` None: at once."""
        if at is None:
            return self._one_of(
                n,
                mail=ngettext(
                    "The first mail leaves at once; you can pause at any moment.",
                    "The first %(shown)s mails leave at once; you can pause at any moment.",
                    n,
                ),
                message=ngettext(
                    "The first message leaves at once; you can pause at any moment.",
                    "The first %(shown)s messages leave at once; you can pause at any moment.",
                    n,
                ),
            )
        return self._one_of(
            n,
            mail=ngettext(
                "The first mail leaves %(at)s; until then and afterwards you can pause at any moment.",
                "The first %(shown)s mails leave %(at)s; until then and afterwards you can pause at any moment.",
                n,
            ),
            message=ngettext(
                "The first message leaves %(at)s; until then and afterwards you can pause at any moment.",
                "The first %(shown)s messages leave %(at)s; until then and afterwards you can pause at any moment.",
                n,
            ),
            at=when(at),
        )

    def schedule(self, n: int) -> str:
        """The button that launches."""
        return self._one_of(
            n,
            mail=ngettext("Schedule %(shown)s mail…", "Schedule %(shown)s mails…", n),
            message=ngettext("Schedule %(shown)s message…", "Schedule %(shown)s messages…", n),
            call=ngettext("Launch: %(shown)s person to call…", "Launch: %(shown)s people to call…", n),
        )

    def keeps_up(self, days: int, cap: int) -> str:
        return self._one_of(
            days,
            mail=ngettext(
                "It keeps up over %(shown)s sending day, with %(cap)s mails a day.",
                "It keeps up over %(shown)s sending days, with %(cap)s mails a day.",
                days,
            ),
            message=ngettext(
                "It keeps up over %(shown)s sending day, with %(cap)s messages a day.",
                "It keeps up over %(shown)s sending days, with %(cap)s messages a day.",
                days,
            ),
            call=ngettext(
                "It keeps up over %(shown)s day, with %(cap)s calls a day.",
                "It keeps up over %(shown)s days, with %(cap)s calls a day.",
                days,
            ),
            cap=number(cap),
        )

    def waiting(self, n: int) -> str:
        """Of a paused programme."""
        return self._one_of(
            n,
            mail=ngettext(
                "%(shown)s mail waits; links already sent go on working.",
                "%(shown)s mails wait; links already sent go on working.",
                n,
            ),
            message=ngettext(
                "%(shown)s message waits; links already sent go on working.",
                "%(shown)s messages wait; links already sent go on working.",
                n,
            ),
            call=_("Nobody is called until you resume."),
        )

    def uncertain(self, n: int) -> str:
        return self._one_of(
            n,
            mail=ngettext(
                "%(shown)s mail is uncertain: its worker stopped while sending.",
                "%(shown)s mails are uncertain: their worker stopped while sending.",
                n,
            ),
            message=ngettext(
                "%(shown)s message is uncertain: its worker stopped while sending.",
                "%(shown)s messages are uncertain: their worker stopped while sending.",
                n,
            ),
        )

    def failed(self, n: int) -> str:
        return self._one_of(
            n,
            mail=ngettext("%(shown)s mail failed.", "%(shown)s mails failed.", n),
            message=ngettext("%(shown)s message failed.", "%(shown)s messages failed.", n),
        )

    def _one_of(self, n: int, *, mail: str, message: str, call: str = "", **told: str) -> str:
        return {"mail": mail, "message": message, "call": call}[self.medium] % (told | {"shown": number(n)})


def said_of(programme: Programme) -> Said:
    return Said(programme.medium)
