"""What a rule would have brought, said before it is saved."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from closeloop.models import AlertRule
from closeloop.trial import MOST, Trial
from nps_platform.tenancy.templatetags.circulo import number


def brought(trial: Trial, rule: AlertRule) -> str:
    """ "It would have opened 37 cases in the last 90 days, about 4 a day." """
    n = trial.cases if rule.opens_case else trial.fitting
    said = {"n": number(n), "days": number(trial.days), "pace": pace(n, trial.days)}
    if not n:
        return _("In the last %(days)s days it would have brought nothing.") % said
    if rule.trigger != AlertRule.Trigger.ANSWER:
        text = ngettext(
            "It would have told of %(n)s invitation in the last %(days)s days, %(pace)s.",
            "It would have told of %(n)s invitations in the last %(days)s days, %(pace)s.",
            n,
        )
    elif rule.opens_case:
        # Translators: pace is such as "about 4 a day"
        text = ngettext(
            "It would have opened %(n)s case in the last %(days)s days, %(pace)s.",
            "It would have opened %(n)s cases in the last %(days)s days, %(pace)s.",
            n,
        )
    else:
        text = ngettext(
            "It would have told of %(n)s answer in the last %(days)s days, %(pace)s.",
            "It would have told of %(n)s answers in the last %(days)s days, %(pace)s.",
            n,
        )
    return text % said


def pace(n: int, days: int) -> str:
    """ "about 4 a day", in the widest step that gives at least one."""
    a_day = n / days
    if a_day >= 1:
        return _("about %(n)s a day") % {"n": number(a_day)}
    if a_day * 7 >= 1:
        return _("about %(n)s a week") % {"n": number(a_day * 7)}
    return _("about %(n)s a month") % {"n": number(max(a_day * 30, 1))}


def details(trial: Trial, rule: AlertRule) -> list[str]:
    """What the figure rests on: the answers read, those that another rule takes, and the cap where it bit."""
    said = {"n": number(trial.fitting), "all": number(trial.looked_at), "taken": number(trial.taken)}
    if rule.trigger != AlertRule.Trigger.ANSWER:
        return [_("%(all)s invitations were sent in that time.") % said]
    told = [
        ngettext(
            "%(n)s of %(all)s answer fits.",
            "%(n)s of %(all)s answers fit.",
            trial.looked_at,
        )
        % said
    ]
    if trial.taken:
        told.append(
            ngettext(
                "%(taken)s of them is decided by a rule above this one.",
                "%(taken)s of them are decided by rules above this one.",
                trial.taken,
            )
            % said
        )
    if trial.is_capped:
        told.append(_("Only the newest %(most)s answers were read.") % {"most": number(MOST)})
    return told
