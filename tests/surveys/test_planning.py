"""Whom a wave asks: one reason a person, the simulator and the launch by the same rules, nobody twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from nps_platform.customers.actions import suppress
from nps_platform.customers.models import Customer, CustomerPermission, Segment
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Organization, Unit
from surveys.actions import simulate, windows
from surveys.actions.programmes import launch
from surveys.actions.waves import plan_next_batch
from surveys.models import Incident, Invitation, SkipReason, Survey
from tests.surveys.waves import customer, draft_wave, planned, published, wave

R = SkipReason


# Those that need more than a customer have tests of their own.
ELSEWHERE = (R.NO_PERMISSION, R.OPEN_CASE, R.RESERVED, R.NOT_SAMPLED)


def everyone_with_a_reason(survey: Survey) -> dict[str, str]:
    """One customer for each reason, some with several: customer number → the reason that holds first."""
    asked_one = customer("asked")
    people = {reason: customer(reason) for reason in R.values if reason not in ELSEWHERE}
    Customer.objects.filter(pk=people[R.SAME_ADDRESS].pk).update(email=asked_one.email.upper())
    Customer.objects.filter(pk=people[R.ERASED].pk).update(erased_at=timezone.now(), email="", name="")
    for reason in (R.UNSUBSCRIBED, R.COMPLAINED, R.BOUNCED, R.SUPPRESSED):
        suppress(people[reason].email.upper(), reason=reason)
    Customer.objects.filter(pk=people[R.NO_ADDRESS].pk).update(email="not an address")
    earlier = wave(survey, name="earlier")
    unit = Unit.objects.create(name="Sur", code="sur", path="/1/")
    Customer.objects.filter(pk=people[R.INCIDENT].pk).update(unit=unit)
    Incident.objects.create(unit=unit, note="No signal")
    asked = earlier.invitations.exclude(state=Invitation.State.SKIPPED)
    still_open = [people[R.OPEN_INVITATION].pk, people[R.UNSUBSCRIBED].pk, people[R.ERASED].pk]
    asked.exclude(customer_id__in=[*still_open, people[R.QUARANTINED].pk]).delete()
    asked.filter(customer=people[R.QUARANTINED]).update(state=Invitation.State.ANSWERED)
    return {f"C-{reason}": reason for reason in people} | {"C-asked": ""}


def test_each_person_is_skipped_for_the_first_reason_that_holds(inside: Organization) -> None:
    survey = published()
    expected = everyone_with_a_reason(survey)
    programme = draft_wave(survey)
    foreseen = simulate(programme)
    planned(programme)
    rows = programme.invitations.values_list("customer__external_id", "skip_reason")
    assert dict(rows) == expected
    assert foreseen.recipients == 1
    assert foreseen.eligible == foreseen.recipients + sum(foreseen.skipped.values()) == len(expected)
    assert programme.counts == {
        "eligible": foreseen.eligible,
        "recipients": 1,
        "skipped": foreseen.skipped,
    }
    assert list(foreseen.skipped) == [reason for reason in R.values if reason not in ELSEWHERE]
    assert Message.objects.filter(group_id=programme.pk).count() == 1


def test_permission_is_asked_for_only_where_the_organisation_requires_it(inside: Organization) -> None:
    yes, no, never, _other_channel = (customer(n) for n in range(4))
    for person, granted in ((yes, False), (yes, True), (no, True), (no, False)):
        CustomerPermission.objects.create(
            customer=person, purpose="feedback", channel="email", granted=granted, at=timezone.now()
        )
    CustomerPermission.objects.create(customer=_other_channel, purpose="feedback", channel="sms")
    programme = draft_wave()
    assert simulate(programme).recipients == 4
    inside.require_permission = True
    inside.save()
    assert simulate(programme).skipped == {R.NO_PERMISSION: 3}
    assert never.pk  # who never said anything has not said yes


def test_the_quarantine_is_the_programmes_own_else_the_organisations_and_zero_waives_it(inside: Organization) -> None:
    customer(1)
    survey = published()
    before = wave(survey)
    then = timezone.now() - timedelta(days=60)
    before.invitations.update(state=Invitation.State.ANSWERED, created_at=then, due_at=then, sent_at=then)
    assert simulate(draft_wave(survey)).skipped == {R.QUARANTINED: 1}  # 90 days for relational surveys
    assert simulate(draft_wave(published(kind="transactional"))).recipients == 1  # 30 for the others
    assert simulate(draft_wave(survey, quarantine_days=60)).recipients == 1
    assert simulate(draft_wave(survey, quarantine_days=61)).recipients == 0
    before.invitations.update(state=Invitation.State.SENT)
    assert simulate(draft_wave(survey, quarantine_days=7)).skipped == {R.OPEN_INVITATION: 1}
    assert simulate(draft_wave(survey, quarantine_days=0)).recipients == 1
    before.invitations.update(expires_at=timezone.now() - timedelta(days=1))
    assert simulate(draft_wave(survey, quarantine_days=7)).recipients == 1  # its time is over


def test_who_was_never_really_asked_is_not_in_quarantine(inside: Organization) -> None:
    customer(1)
    before = wave()
    before.invitations.update(state=Invitation.State.CLOSED)
    assert simulate(draft_wave()).recipients == 1
    before.invitations.update(sent_at=timezone.now())
    assert simulate(draft_wave()).skipped == {R.QUARANTINED: 1}


def test_planning_goes_on_where_it_was_broken_off_and_invites_nobody_twice(
    inside: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "WINDOW", 2)
    monkeypatch.setattr(windows, "WINDOW_OF_ONE_WRITER", 2)
    people = [customer(n) for n in range(5)]
    programme = draft_wave()
    launch(programme, by=None)
    assert plan_next_batch(programme.pk)  # decides what concerns everybody
    assert plan_next_batch(programme.pk)

    def broken(*messages: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as context:
        context.setattr("surveys.actions.waves.announce", broken)
        with pytest.raises(ConnectionError):
            plan_next_batch(programme.pk)
    assert programme.invitations.count() == 2  # the broken batch left nothing
    while plan_next_batch(programme.pk):
        pass
    assert not plan_next_batch(programme.pk)
    assert sorted(programme.invitations.values_list("customer_id", flat=True)) == [c.pk for c in people]
    assert Message.objects.count() == 5
    programme.refresh_from_db()
    assert programme.counts["recipients"] == 5


def test_a_segment_is_the_audience(inside: Organization) -> None:
    customer(1, language="it")
    customer(2, language="es")
    rules = {"match": "all", "conditions": [{"field": "language", "operator": "is", "value": "it"}]}
    segment = Segment.objects.create(name="Italia", rules=rules)
    simulation = simulate(draft_wave(audience=segment))
    assert (simulation.eligible, simulation.languages) == (1, {"it": 1})


def test_the_expected_answers_rest_on_the_organisations_own_past_or_say_that_they_do_not(inside: Organization) -> None:
    survey = published()
    for n in range(100):
        customer(n)
    assert (simulate(draft_wave(survey)).rate_basis, simulate(draft_wave(survey)).expected_answers) == ("assumed", 20)
    past = wave(survey)
    past.invitations.update(sent_at=timezone.now(), state=Invitation.State.SENT)
    ids = list(past.invitations.values_list("pk", flat=True)[:30])
    past.invitations.filter(pk__in=ids).update(state=Invitation.State.ANSWERED)
    simulation = simulate(draft_wave(survey, quarantine_days=0))
    assert (simulation.rate_basis, simulation.expected_answers) == ("observed", 30)
    assert simulation.margin and 20 < simulation.margin < 30
