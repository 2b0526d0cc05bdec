"""What an action refuses to do with a case, in words for the person who asked."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from closeloop.models import CaseEvent
from nps_platform.lib import formats
from nps_platform.tenancy.templatetags.circulo import reader_locale


class CaseRefused(Exception):
    """Nothing was changed. `code` is stable (the API answers it), `field` names the form's field, `message` is for people."""

    code = "refused"
    field = ""
    message: object = _("This can't be done now.")

    def __init__(self) -> None:
        super().__init__(self.code)


class AlreadyResolved(CaseRefused):
    code = "already_resolved"
    message = _("This case is resolved already. Reopen it to work on it again.")


class NotResolved(CaseRefused):
    code = "not_resolved"
    message = _("This case is open: there is nothing to reopen.")


class UnknownCause(CaseRefused):
    code = "unknown_root_cause"
    field = "root_cause"
    message = _("Choose a root cause that is in use.")


class NotOnCases(CaseRefused):
    code = "not_on_cases"
    field = "assignee"
    message = _("This person doesn't work on cases.")


class Unreachable(CaseRefused):
    """There is no address that a reply could go to."""

    code = "unreachable"
    field = "text"

    def __init__(self, message: object) -> None:
        super().__init__()
        self.message = message


class ContactRefused(Unreachable):
    """The customer asked not to be contacted."""

    code = "contact_refused"

    def __init__(self, field: str = "text") -> None:
        super().__init__(_("They asked not to be contacted."))
        self.field = field


class BlanksLeft(CaseRefused):
    """A blank of a template still stands in the text."""

    code = "blanks_left"
    field = "text"

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        # Translators: a blank is a placeholder such as {{customer_name}} or [day] that still has to be filled
        self.message = ngettext(
            "Fill this blank before sending: %(names)s.", "Fill these blanks before sending: %(names)s.", len(names)
        ) % {"names": ", ".join(names)}


class AnsweredMeanwhile(CaseRefused):
    """A colleague or the customer said something since the case was opened."""

    code = "answered_meanwhile"
    field = "text"

    def __init__(self, event: CaseEvent) -> None:
        super().__init__()
        ago = formats.duration(max((timezone.now() - event.at).total_seconds(), 60), reader_locale())
        said = {
            CaseEvent.Kind.REPLY: _("%(who)s answered %(time)s ago. Read it above, then send."),
            CaseEvent.Kind.CALL: _("%(who)s called %(time)s ago. Read it above, then send."),
        }.get(CaseEvent.Kind(event.kind), _("The customer wrote %(time)s ago. Read it above, then send."))
        # Translators: who is a colleague, time a stretch such as "2 min"
        self.message = str(said) % {"who": event.actor_label, "time": ago}


class LinkClosed(CaseRefused):
    code = "link_closed"
    message = _("This link was withdrawn or has expired.")


class AlreadyAsked(CaseRefused):
    """The same was asked for several times today."""

    code = "already_asked"
    message = _("This was asked for several times today. The mail is on its way; it can be asked for again tomorrow.")


class TooLate(CaseRefused):
    code = "too_late"
    message = _("It has left already: it can't be taken back.")


class FileNotTaken(CaseRefused):
    """A file that isn't let in."""

    code = "file_refused"
    field = "file"

    def __init__(self, name: str, why: str) -> None:
        super().__init__()
        self.message = why_refused(name, why)


WHY_REFUSED = {
    "empty": _("it is empty"),
    "size": _("it is larger than 10 MB"),
    "type": _("this kind of file isn't accepted"),
    "macros": _("it holds macros or programs"),
    "many": _("there are too many files, or they are too large together"),
}


def why_refused(name: str, why: str) -> str:
    """ "factura.exe: this kind of file isn't accepted"."""
    # Translators: a file that was refused, and why
    return gettext("%(name)s: %(why)s") % {"name": name, "why": WHY_REFUSED.get(why, WHY_REFUSED["type"])}


class TooManyTags(CaseRefused):
    code = "too_many_tags"
    field = "new"
    message = _("A case carries 20 tags at most, and there are 300 at most altogether.")


class DayIsPast(CaseRefused):
    """Nothing is promised for a day that is over."""

    code = "day_is_past"
    field = "due_on"
    message = _("This day is over: promise for today or later.")


class AlreadySettled(CaseRefused):
    code = "already_settled"
    message = _("This was settled before.")


class RemedyUnknown(CaseRefused):
    code = "unknown_remedy"
    field = "remedy"
    message = _("Choose a remedy that can be granted.")


class NotForYou(CaseRefused):
    """Somebody else has to decide about it."""

    code = "not_for_you"
    message = _("This is above your own limit: somebody with a higher one has to decide.")
