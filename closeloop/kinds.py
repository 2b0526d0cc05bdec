"""The mails of this room: alerts, mentions and news to colleagues, replies to customers, forwards to guests.

Each is made from rows that no longer change, in the language and time zone of who reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from closeloop import chat_words
from closeloop.actions.alerting import DIGEST, MOST_SINGLE, SILENCE, WINDOW
from closeloop.actions.escalating import KIND as ESCALATION
from closeloop.actions.forwarding import waits_for_answer
from closeloop.chat_kinds import TEST, posted_to, render_test, room_stands
from closeloop.digests import digest_of, room_of
from closeloop.faces import author
from closeloop.loop_page import verdict_names
from closeloop.models import (
    Alert,
    Case,
    CaseEvent,
    CaseFile,
    DataRequest,
    Forward,
    Grant,
    LoopSettings,
    Pledge,
    Promise,
)
from closeloop.threads import answers_to, headers_of, thread_of, thread_with_guest
from nps_platform.lib.colour import text_on
from nps_platform.lib.signing import Door
from nps_platform.messaging.incoming.arrived import OURS
from nps_platform.messaging.kinds import Mail, MessageKind, register_kind
from nps_platform.messaging.models import Message
from nps_platform.messaging.prepared import Enclosed
from nps_platform.tenancy.address import addressed
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.scope import current_organization
from responses.models import Response


def register() -> None:
    """Hand messaging the kinds of this room."""
    for name, render, label in (
        ("alert", render_alert, gettext_noop("Alert of an answer")),
        (DIGEST, render_digest, gettext_noop("Alerts of many answers")),
        (SILENCE, render_silence, gettext_noop("Alerts of invitations")),
        (TEST, render_test, gettext_noop("Test of a chat room")),
        ("mention", render_mention, gettext_noop("Word to a colleague")),
        ("case_news", render_news, gettext_noop("News of a case")),
        (ESCALATION, render_escalation, gettext_noop("Escalation of a case")),
        ("reply", render_reply, gettext_noop("Reply to a customer")),
        ("resolution", render_resolution, gettext_noop("Word of a resolution")),
        ("own_data", render_own_data, gettext_noop("Second step of a request about data")),
        ("data_request", render_data_request, gettext_noop("Request about data")),
        ("promise", render_promise, gettext_noop("Reminder of a promise")),
        ("remedy_asked", render_remedy, gettext_noop("Remedy to approve")),
        ("remedy_decided", render_remedy, gettext_noop("Decision on a remedy")),
        ("forward", render_forward, gettext_noop("Forwarded case")),
    ):
        register_kind(
            MessageKind(name, _for_reader(render), label=label, posted_to=posted_to, still_wanted=room_stands)
        )
    label = gettext_noop("Reminder of a forwarded case")
    register_kind(
        MessageKind("forward_reminder", _for_reader(render_forward), still_wanted=_still_waited_for, label=label)
    )


def case_address(case: Case) -> str:
    """The case in the inbox, as a whole address."""
    return settings.BASE_URL + reverse("case", args=[current_organization().slug, case.number])


def _for_reader(render: Callable[[Message], Mail]) -> Callable[[Message], Mail]:
    """In the reader's language, customers in the organisation's form of address, and in its time zone."""

    def rendered(message: Message) -> Mail:
        organization = current_organization()
        ours = addressed(message.language, organization)
        with translation.override(ours), timezone.override(organization.timezone):
            return render(message)

    return rendered


def render_alert(message: Message) -> Mail:
    """An answer that a rule tells of; with its case, or without where the rule opens none."""
    response = Response.objects.select_related("customer", "account", "survey", "touchpoint", "collector").get(
        pk=message.source_id
    )
    case = Case.objects.filter(response=response).select_related("rule", "customer", "account", "response").first()
    if room := room_of(message):
        return Mail(subject="", text=chat_words.single(response, case, tells_who=room.tells_who))
    who = response.who
    values = {"score": response.score, "who": who}
    # Translators: subject of a mail to a colleague; who is the customer's name
    subject = _("%(score)s of 10 from %(who)s") % values if who else _("A new answer: %(score)s of 10") % values
    return _to_case("alert", subject, case, response=response)


def render_digest(message: Message) -> Mail:
    """Many alerts in one mail, for somebody whom they would have buried."""
    digest = digest_of(message)
    # Translators: subject of a mail to a colleague that stands for many alerts
    subject = ngettext("%(n)s answer waits for you", "%(n)s answers wait for you", digest.total) % {"n": digest.total}
    if room := room_of(message):
        return Mail(subject, text=chat_words.digest(digest, tells_who=room.tells_who, subject=subject))
    return _mail(
        "digest",
        subject,
        button_url=settings.BASE_URL + reverse("inbox", args=[current_organization().slug]),
        button_label=_("Open the inbox"),
        digest=digest,
        most=MOST_SINGLE,
        minutes=int(WINDOW.total_seconds() // 60),
    )


def render_silence(message: Message) -> Mail:
    """Whom we asked and who did not answer, or whom the question did not reach."""
    digest = digest_of(message)
    # Translators: subject of a mail to a colleague about invitations that got no answer or came back
    subject = ngettext("%(n)s invitation without answer", "%(n)s invitations without answer", digest.total)
    subject %= {"n": digest.total}
    if room := room_of(message):
        return Mail(subject, text=chat_words.digest(digest, tells_who=room.tells_who, subject=subject))
    reader = Alert.objects.filter(message=message).exclude(person=None).select_related("person").first()
    sees_it = reader is not None and reader.person.may(Right.ASK)
    return _mail(
        "silence",
        subject,
        button_url=settings.BASE_URL + reverse("deliverability", args=[current_organization().slug]) if sees_it else "",
        button_label=_("Open who got what"),
        digest=digest,
    )


def render_mention(message: Message) -> Mail:
    """Somebody named a colleague in a note, or gave them the case."""
    event = _event(message)
    values = {"actor": event.actor_label, "number": event.case.number, "who": event.case.who}
    if event.kind == CaseEvent.Kind.ASSIGNED:
        subject = _("%(actor)s gave you case %(number)s: %(who)s") % values
    else:
        subject = _("%(actor)s mentioned you in case %(number)s: %(who)s") % values
    return _to_case("mention", subject, event.case, event=event)


def render_news(message: Message) -> Mail:
    """The customer or a guest answered."""
    event = _event(message)
    values = {"number": event.case.number, "who": event.case.who}
    if event.kind == CaseEvent.Kind.GUEST_ANSWER:
        subject = _("An answer from outside in case %(number)s: %(who)s") % values
    elif event.kind == CaseEvent.Kind.REOPENED:
        subject = _("%(who)s says it isn't solved: case %(number)s is open again") % values
    else:
        subject = _("%(who)s answered in case %(number)s") % values
    return _to_case("news", subject, event.case, event=event)


def render_escalation(message: Message) -> Mail:
    """A case presses: its word or its solution is due soon, or overdue."""
    event = _event(message)
    values = {"number": event.case.number, "who": event.case.who}
    late = event.data["percent"] >= 100
    if event.data["promise"] == Promise.CONTACT:
        subject = (
            _("Case %(number)s is overdue: %(who)s waits for our word")
            if late
            else _("Case %(number)s is due soon: %(who)s waits for our word")
        )
    else:
        subject = (
            _("Case %(number)s is overdue: %(who)s waits for the solution")
            if late
            else _("Case %(number)s is due soon: %(who)s waits for the solution")
        )
    due = datetime.fromisoformat(event.data["target"])
    return _to_case("escalation", subject % values, event.case, event=event, due=due, late=late)


def render_reply(message: Message) -> Mail:
    """What an agent writes to a customer: signed by the agent and the programme, with the customer's own page behind it."""
    event = _event(message)
    organization, response = current_organization(), event.case.response
    # Translators: subject of our reply to a customer; programme is the name of the feedback programme
    subject = _("About what you told %(programme)s") % {"programme": organization.programme}
    before = thread_of(event)
    answers = answers_to(Door.CASE_MAIL, event.case_id, organization.reply_to)
    return _mail(
        "reply",
        f"Re: {subject}" if before else subject,
        from_name=organization.sender_name or organization.programme,
        reply_to=answers,
        headers=headers_of("reply", before),
        files=enclosed(event.files.all()),
        button_url=settings.BASE_URL + reverse("loop_page", args=[response.loop_token]),
        button_label=_("Write back, or see where this stands"),
        event=event,
        response=response,
        **_signed(event),
    )


def render_resolution(message: Message) -> Mail:
    """What was done, and whether that solves it: a tap in the mail only chooses, the page asks for the word."""
    event = _event(message)
    organization, response = current_organization(), event.case.response
    page = settings.BASE_URL + reverse("loop_page", args=[response.loop_token])
    # Translators: subject of the mail after a case was resolved; programme is the name of the feedback programme
    subject = _("What %(programme)s did about what you told us") % {"programme": organization.programme}
    return _mail(
        "resolution",
        subject,
        from_name=organization.sender_name or organization.programme,
        reply_to=answers_to(Door.CASE_MAIL, event.case_id, organization.reply_to),
        headers=headers_of("resolution", thread_of(event)),
        button_url=page,
        button_label=_("See where this stands"),
        event=event,
        response=response,
        verdicts=[(f"{page}?solved={word}#solved", label) for word, label in verdict_names()],
        **_signed(event),
    )


def _signed(event: CaseEvent) -> dict[str, Any]:
    """The name under a mail to the customer, and that person's title; empty where the programme alone signs."""
    shown = LoopSettings.current()
    person = shown.signs == LoopSettings.Signs.PERSON
    title = event.actor.job_title if person and event.actor else ""
    return {"signed_by": author(event.case, shown, actor=event.actor), "signed_title": title}


def render_forward(message: Message) -> Mail:
    """A link for somebody outside; what it shows stays behind the link, so that withdrawing it takes it back."""
    forward = Forward.objects.select_related("created_by__user", "case").get(pk=message.source_id)
    organization = current_organization()
    # Translators: subject of a reminder
    asked = _("Reminder: %(company)s asks for your help with a customer")
    first = _("%(company)s asks for your help with a customer")
    subject = (asked if message.kind == "forward_reminder" else first) % {"company": organization.name}
    own = forward.created_by.user.email if forward.created_by else organization.reply_to
    return _mail(
        "forward",
        subject,
        from_name=organization.sender_name or organization.programme,
        reply_to=answers_to(Door.FORWARD_MAIL, forward.pk, own),
        headers=headers_of("forward", thread_with_guest(forward, message)),
        button_url=settings.BASE_URL + reverse("guest_page", args=[forward.token]),
        button_label=_("Read the case and answer"),
        forward=forward,
    )


def render_promise(message: Message) -> Mail:
    """What was promised is due, or overdue."""
    made = Pledge.objects.select_related("case__customer", "case__account", "case__response").get(pk=message.source_id)
    values = {"number": made.case.number, "who": made.case.who}
    if made.due_on < timezone.localdate(message.created_at):
        subject = _("Overdue: what you promised %(who)s, case %(number)s") % values
    else:
        subject = _("Due today: what you promised %(who)s, case %(number)s") % values
    return _to_case("promise", subject, made.case, promise=made)


def render_remedy(message: Message) -> Mail:
    """A remedy waits for somebody's word, or has got it."""
    grants = Grant.objects.select_related(
        "remedy", "asked_by__user", "decided_by__user", "case__customer", "case__account", "case__response"
    )
    grant = grants.get(pk=message.source_id)
    values = {"remedy": grant.remedy, "number": grant.case.number}
    if message.kind == "remedy_asked":
        subject = _("To approve: %(remedy)s, case %(number)s") % values
        url = settings.BASE_URL + reverse("remedy_grants", args=[current_organization().slug])
        return _mail("remedy", subject, button_url=url, button_label=_("Approve or decline"), grant=grant, asks=True)
    granted = grant.state == Grant.State.GRANTED
    subject = (
        _("Approved: %(remedy)s, case %(number)s") if granted else _("Declined: %(remedy)s, case %(number)s")
    ) % values
    return _to_case("remedy", subject, grant.case, grant=grant, asks=False)


def render_own_data(message: Message) -> Mail:
    """The link that fulfils what somebody asked for on their page, to the address that we know."""
    asked = DataRequest.objects.get(pk=message.source_id)
    organization = current_organization()
    is_copy = asked.kind == DataRequest.Kind.COPY
    values = {"company": organization.name}
    # Translators: subjects of mails to a customer
    subject = (
        _("Your data at %(company)s") % values if is_copy else _("Confirm that %(company)s erases your data") % values
    )
    return _mail(
        "own_data",
        subject,
        from_name=organization.sender_name or organization.programme,
        reply_to=organization.reply_to,
        button_url=settings.BASE_URL + reverse("own_data", args=[asked.token]),
        button_label=_("See my data") if is_copy else _("Go on to erase my data"),
        asked=asked,
        is_copy=is_copy,
    )


def render_data_request(message: Message) -> Mail:
    """Somebody without an address on record asks for their data or to be erased: a person has to find out who it is."""
    asked = DataRequest.objects.select_related("response__customer").get(pk=message.source_id)
    return _mail(
        "data_request",
        _("A customer asks about their data"),
        button_url=settings.BASE_URL + reverse("data_requests", args=[current_organization().slug]),
        button_label=_("Open the requests"),
        asked=asked,
    )


def _still_waited_for(message: Message) -> bool:
    forward = Forward.objects.filter(pk=message.source_id).select_related("case").first()
    return forward is not None and waits_for_answer(forward)


def _event(message: Message) -> CaseEvent:
    relations = ("actor__user", "case__customer", "case__account", "case__response", "case__team")
    return CaseEvent.objects.select_related(*relations).get(pk=message.source_id)


def _mail(
    name: str,
    subject: str,
    *,
    button_url: str,
    button_label: str,
    from_name: str = "",
    reply_to: str = "",
    headers: dict[str, str] | None = None,
    files: tuple[Enclosed, ...] = (),
    **context: Any,
) -> Mail:
    """The trio of subject, text and HTML."""
    organization = current_organization()
    context |= {
        "organization": organization,
        "subject": subject,
        "button_url": button_url,
        "button_label": button_label,
    }
    context["button_ink"] = text_on(organization.brand_colour)
    return Mail(
        subject=subject,
        text=render_to_string(f"mail/case_{name}.txt", context).strip() + "\n",
        html=render_to_string(f"mail/case_{name}.html", context),
        from_name=from_name or organization.programme,
        reply_to=reply_to,
        headers={OURS: name} if headers is None else headers,
        files=files,
    )


def enclosed(files: Iterable[CaseFile]) -> tuple[Enclosed, ...]:
    """As the mail carries them."""
    found = []
    for row in files:
        with row.file.open("rb") as file:
            found.append(Enclosed(row.name, row.kind, file.read()))
    return tuple(found)


def _to_case(name: str, subject: str, case: Case | None, **context: Any) -> Mail:
    """A mail to a colleague, whose button opens the case."""
    url = case_address(case) if case else ""
    headers = {OURS: name, "Auto-Submitted": "auto-generated"}
    return _mail(name, subject, button_url=url, button_label=_("Open the case"), case=case, headers=headers, **context)
