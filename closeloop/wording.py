"""Alert rules as sentences."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import urlsplit

from babel.lists import format_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from closeloop.models import AlertRule
from nps_platform.lib.nps import NpsClass
from nps_platform.tenancy.models import Team
from nps_platform.tenancy.scope import current_organization
from nps_platform.tenancy.templatetags.circulo import money, reader_locale
from nps_platform.webhooks.models import Endpoint

Style = Literal["standard", "or"]


def sentence(rule: AlertRule) -> str:
    """ "When the answer is a detractor's and the comment says “cancel”: open a case for Equipo Fibra and send an alert." """
    conditions, deeds = _conditions(rule), _deeds(rule)
    style: Style = "or" if rule.match == AlertRule.Match.ANY else "standard"
    said = {"conditions": _joined(conditions, style), "deeds": _joined(deeds), "days": rule.no_answer_days}
    if rule.trigger != AlertRule.Trigger.ANSWER:
        return _silence(rule, said, conditions=bool(conditions))
    if not conditions:
        # Translators: deeds is a list such as "open a case and send an alert"
        return _("For every answer: %(deeds)s.") % said
    # Translators: conditions and deeds are lists such as "the score is 0 to 4" and "open a case and send an alert"
    return _("When %(conditions)s: %(deeds)s.") % said


def _silence(rule: AlertRule, said: dict[str, Any], *, conditions: bool) -> str:
    """Of invitations that got no answer, or did not arrive."""
    if rule.trigger == AlertRule.Trigger.BOUNCE:
        if conditions:
            return _("When an invitation can’t be delivered and %(conditions)s: %(deeds)s.") % said
        return _("When an invitation can’t be delivered: %(deeds)s.") % said
    if conditions:
        return _("When an invitation has no answer after %(days)s days and %(conditions)s: %(deeds)s.") % said
    return _("When an invitation has no answer after %(days)s days: %(deeds)s.") % said


def rules_that_need(team: Team) -> str:
    """Which rules send work to a team, as a sentence; "" where none does. Without it their cases would be nobody's."""
    names = list(AlertRule.objects.filter(team=team).values_list("name", flat=True))
    if not names:
        return ""
    said = {"rules": _joined([f"“{name}”" for name in names]), "n": len(names)}
    return (
        ngettext(
            "The alert rule %(rules)s sends cases to this team: change it first.",
            "The alert rules %(rules)s send cases to this team: change them first.",
            len(names),
        )
        % said
    )


def _joined(parts: list[str], style: Style = "standard") -> str:
    return format_list(parts, style=style, locale=reader_locale())


def _conditions(rule: AlertRule) -> list[str]:
    """Each stated condition as a clause."""
    clauses = [_classes(rule), _scores(rule), _words(rule)]
    if rule.only_if_contact_wanted:
        clauses.append(_("the customer wants to be contacted"))
    if rule.segment:
        clauses.append(_("the customer is in “%(segment)s”") % {"segment": rule.segment})
    if rule.survey:
        clauses.append(_("the survey is “%(survey)s”") % {"survey": rule.survey})
    clauses += [_touchpoint(rule), _unit(rule), _value(rule)]
    return [clause for clause in clauses if clause]


_OWNERS = {
    NpsClass.DETRACTOR: lambda: pgettext("whose answer", "a detractor's"),
    NpsClass.PASSIVE: lambda: pgettext("whose answer", "a passive's"),
    NpsClass.PROMOTER: lambda: pgettext("whose answer", "a promoter's"),
}


def _classes(rule: AlertRule) -> str:
    owners = [name() for nps_class, name in _OWNERS.items() if nps_class.value in rule.classes]
    # Translators: owners is a list such as "a detractor's or a passive's"
    return _("the answer is %(owners)s") % {"owners": _joined(owners, "or")} if owners else ""


def _scores(rule: AlertRule) -> str:
    low, high = rule.score_from, rule.score_to
    scores = {"low": low, "high": high}
    if low is None and high is None:
        return ""
    if low is None:
        return _("the score is %(high)s or less") % scores
    if high is None:
        return _("the score is %(low)s or more") % scores
    return _("the score is %(low)s to %(high)s") % scores if low != high else _("the score is %(low)s") % scores


def _words(rule: AlertRule) -> str:
    quoted = [_("“%(words)s”") % {"words": word} for word in rule.words]
    return _("the comment says %(words)s") % {"words": _joined(quoted, "or")} if quoted else ""


def _touchpoint(rule: AlertRule) -> str:
    if rule.touchpoint:
        return _("the touchpoint is “%(touchpoint)s”") % {"touchpoint": rule.touchpoint}
    return _("the touchpoint is one that was deleted (so it holds for nobody)") if rule.had_touchpoint else ""


def _unit(rule: AlertRule) -> str:
    return _("it is about “%(unit)s” or a unit below it") % {"unit": rule.unit} if rule.unit else ""


def _value(rule: AlertRule) -> str:
    low, high = rule.value_from, rule.value_to
    currency = current_organization().currency
    ends = {"low": money(low, currency), "high": money(high, currency)}
    if low is None and high is None:
        return ""
    if low is None:
        return _("the account brings in %(high)s a year or less") % ends
    if high is None:
        return _("the account brings in %(low)s a year or more") % ends
    return _("the account brings in %(low)s to %(high)s a year") % ends


def _deeds(rule: AlertRule) -> list[str]:
    whose = _joined([str(part) for part in (rule.assignee, rule.team) if part])
    deeds = []
    if rule.trigger == AlertRule.Trigger.ANSWER:
        deeds.append(_opening(rule, _for_whom(rule, whose)) if rule.opens_case else _("open no case"))
    if rule.sends_alert:
        # Translators: whom is a list of people and teams
        deeds.append(_("send an alert to %(whom)s") % {"whom": _told(rule, whose)})
    if rooms := [_("“%(words)s”") % {"words": place.room} for place in rule.rooms.all()] if rule.pk else []:
        # Translators: rooms is a list of names of chat rooms
        deeds.append(_("write to the chat room %(rooms)s") % {"rooms": _joined(rooms)})
    if (
        programs := [_("“%(words)s”") % {"words": endpoint_name(place.endpoint)} for place in rule.endpoints.all()]
        if rule.pk
        else []
    ):
        # Translators: webhooks is a list of names of webhooks
        deeds.append(_("tell the webhook %(webhooks)s") % {"webhooks": _joined(programs)})
    return deeds


def endpoint_name(endpoint: Endpoint) -> str:
    """Its name, else the host: the rest of an address can be a secret."""
    return endpoint.description or urlsplit(endpoint.url).hostname or ""


def _for_whom(rule: AlertRule, whose: str) -> str:
    if rule.handing == AlertRule.Handing.IN_TURN and rule.team:
        return _("whoever of %(team)s has fewest open cases") % {"team": rule.team}
    if rule.handing == AlertRule.Handing.ACCOUNT_OWNER:
        if not whose:
            return _("the account’s manager")
        # Translators: whom is a person, a team or both
        return _("the account’s manager, or else %(whom)s") % {"whom": whose}
    return whose


def _told(rule: AlertRule, whose: str) -> str:
    if rule.handing == AlertRule.Handing.IN_TURN and rule.opens_case:
        return _("that person")
    if rule.handing == AlertRule.Handing.ACCOUNT_OWNER:
        return _("the account’s manager, or else %(whom)s") % {"whom": whose or _("the managers")}
    return whose or _("the managers")


def _opening(rule: AlertRule, whose: str) -> str:
    values = {"priority": rule.get_priority_display().lower(), "whom": whose}
    if whose:
        # Translators: priority is "urgent", "high" or "normal"; whom is a person, a team or both
        return _("open a case of %(priority)s priority for %(whom)s") % values
    return _("open a case of %(priority)s priority") % values
