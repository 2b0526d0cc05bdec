"""The audit log in the reader's words: what each recorded code says, and what an entry's target is called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from nps_platform.tenancy.models import AuditEntry, Organization

# Every code that the rooms hand to `audit.record`; each reads after the name of who did it.
WORDS: dict[str, Promise] = {
    "account.changed": _("Changed an account"),
    "account.created": _("Added an account"),
    "alert_rule.changed": _("Changed an alert rule"),
    "alert_rule.created": _("Added an alert rule"),
    "alert_rule.deleted": _("Deleted an alert rule"),
    "alert_rule.moved": _("Moved an alert rule"),
    "alert_rule.switched": _("Switched an alert rule on or off"),
    "chat_room.changed": _("Changed a chat room"),
    "chat_room.created": _("Added a chat room"),
    "chat_room.deleted": _("Deleted a chat room"),
    "chat_room.tested": _("Sent a test to a chat room"),
    "quiet_hours.changed": _("Changed quiet hours"),
    "quiet_hours.dropped": _("Took back their own quiet hours"),
    "api_key.created": _("Created an API key"),
    "api_key.revoked": _("Revoked an API key"),
    "attribute.changed": _("Changed an attribute of customers"),
    "attribute.created": _("Added an attribute of customers"),
    "attribute.deleted": _("Deleted an attribute of customers"),
    "canned_reply.changed": _("Changed a canned reply"),
    "canned_reply.created": _("Added a canned reply"),
    "canned_reply.deleted": _("Deleted a canned reply"),
    "case.acknowledged": _("Acknowledged a case"),
    "case.after_contact": _("Gave a score after the contact"),
    "case.assigned": _("Assigned a case"),
    "case.auto_mail": _("Sent an automatic mail"),
    "case.call": _("Logged a call with the customer"),
    "case.confirmed": _("Said whether the case is solved"),
    "case.corrected": _("Corrected the score"),
    "case.customer_reply": _("Replied as the customer"),
    "case.escalated": _("Brought a case that presses before colleagues"),
    "case.forward": _("Forwarded a case"),
    "case.guest_answer": _("Answered a forwarded case"),
    "case.note": _("Wrote a note in a case"),
    "case.opened": _("Opened a case"),
    "case.reopened": _("Reopened a case"),
    "case.reply": _("Replied to the customer"),
    "case.reply_undone": _("Took back a reply before it left"),
    "case.resolved": _("Resolved a case"),
    "case.tagged": _("Changed the tags of a case"),
    "case.undone": _("Undid what was done to a case"),
    "case.wish": _("Said whether they may be contacted"),
    "case.told": _("Wrote for the customer what was done"),
    "case.promised": _("Promised the customer something by a day"),
    "case.promise_kept": _("Kept a promise"),
    "case.promise_broken": _("Did not keep a promise"),
    "case.remedy": _("Granted a remedy, or asked for it"),
    "case.remedy_decided": _("Decided about a remedy"),
    "case.handling": _("Said how the case was handled"),
    "case.withdrawn": _("Withdrew the link to a forwarded case"),
    "case_policy.changed": _("Changed a deadline"),
    "case_policy.created": _("Added a deadline"),
    "case_policy.deleted": _("Deleted a deadline"),
    "case_policy.moved": _("Moved a deadline"),
    "cause.changed": _("Changed a root cause"),
    "cause.created": _("Added a root cause"),
    "cause.deleted": _("Deleted a root cause"),
    "collector.changed": _("Changed a collection point"),
    "collector.closed": _("Closed a collection point"),
    "collector.created": _("Added a collection point"),
    "collector.secret": _("Made a new secret for a collection point"),
    "collector.reopened": _("Opened a collection point again"),
    "customer.changed": _("Changed a customer"),
    "customer.created": _("Added a customer"),
    "customer.data_taken": _("Took a copy of what is held about a customer"),
    "customer.erased": _("Erased a customer's personal data"),
    "customer.suppressed": _("Stopped writing to a customer"),
    "customer.suppression_lifted": _("Allowed writing to a customer again"),
    "data_request.made": _("Asked about their own data"),
    "data_request.done": _("Saw to a request about data"),
    "customers.upserted": _("Added or updated customers"),
    "export.asked": _("Asked for an export"),
    "export.deleted": _("Deleted an export"),
    "export.downloaded": _("Downloaded an export"),
    "import.checked": _("Checked an import"),
    "import.discarded": _("Discarded an import"),
    "import.failed": _("Started an import that failed"),
    "import.finished": _("Finished an import"),
    "import.started": _("Started an import"),
    "import.stopped": _("Stopped an import"),
    "import.uploaded": _("Uploaded a file"),
    "incident.declared": _("Declared an incident"),
    "incident.ended": _("Ended an incident"),
    "loop_settings.changed": _("Changed what customers see of their case"),
    "forward.reminded": _("Was reminded of a forwarded case"),
    "forward.viewed": _("Looked at a forwarded case"),
    "mail.attached": _("Put a mail into a case"),
    "mail.discarded": _("Discarded a mail"),
    "member.changed": _("Changed what a member may do"),
    "member.deactivated": _("Deactivated a member"),
    "member.invitation_withdrawn": _("Withdrew an invitation to join"),
    "member.invited": _("Invited somebody to join"),
    "member.invited_again": _("Sent an invitation to join again"),
    "member.joined": _("Joined the organisation"),
    "member.reactivated": _("Let a member in again"),
    "message.resent": _("Sent a message again"),
    "messages.resent": _("Sent every uncertain message again"),
    "note.added": _("Kept a note on the journey"),
    "note.changed": _("Changed a note on the journey"),
    "note.deleted": _("Deleted a note on the journey"),
    "organization.created": _("Created the organisation"),
    "organization.updated": _("Changed the organisation's settings"),
    "programme.changed": _("Changed a programme"),
    "programme.closed": _("Closed a programme"),
    "programme.created": _("Created a programme"),
    "programme.deleted": _("Deleted a programme"),
    "programme.events": _("Told a programme of events"),
    "programme.launched": _("Launched a programme"),
    "programme.let_go": _("Kept people for a programme no longer"),
    "programme.paused": _("Paused a programme"),
    "programme.paused_itself": _("Paused a programme whose mails came back or were called spam"),
    "programme.duplicated": _("Duplicated a programme"),
    "programme.reserved": _("Kept people for a programme"),
    "programme.resumed": _("Resumed a programme"),
    "remedy.changed": _("Changed a remedy"),
    "remedy.created": _("Added a remedy"),
    "remedy_limits.changed": _("Changed who may grant how much"),
    "response.recorded": _("Recorded an answer"),
    "revenue.loaded": _("Loaded revenue"),
    "saved_view.changed": _("Changed a view of the inbox"),
    "saved_view.created": _("Saved a view of the inbox"),
    "saved_view.deleted": _("Deleted a view of the inbox"),
    "saved_view.moved": _("Moved a view of the inbox"),
    "segment.changed": _("Changed a segment"),
    "segment.created": _("Created a segment"),
    "segment.deleted": _("Deleted a segment"),
    "sender.checked": _("Looked up the sender's domain"),
    "stage.added": _("Added a stage of the journey"),
    "stage.changed": _("Changed a stage of the journey"),
    "stage.deleted": _("Deleted a stage of the journey"),
    "stage.moved": _("Moved a stage of the journey"),
    "suppressions.imported": _("Imported addresses that are not written to"),
    "survey.archived": _("Archived a survey"),
    "survey.changed": _("Changed a survey"),
    "survey.created": _("Created a survey"),
    "survey.discarded": _("Discarded a survey's draft"),
    "survey.duplicated": _("Duplicated a survey"),
    "survey.published": _("Published a survey"),
    "survey.restored": _("Brought a survey back from the archive"),
    "survey.tested": _("Sent a test of a survey"),
    "team.created": _("Created a team"),
    "team.deleted": _("Deleted a team"),
    "team.updated": _("Changed a team"),
    "text_gateway.removed": _("Removed the gateway for SMS and WhatsApp"),
    "text_gateway.set_up": _("Set up the gateway for SMS and WhatsApp"),
    "touchpoint.added": _("Added a touchpoint"),
    "touchpoint.changed": _("Changed a touchpoint"),
    "touchpoint.deleted": _("Deleted a touchpoint"),
    "touchpoint.moved": _("Moved a touchpoint"),
    "unit.added": _("Added a unit"),
    "unit.deleted": _("Deleted a unit"),
    "unit.moved": _("Moved a unit"),
    "unit.updated": _("Changed a unit"),
    "visitor.erased": _("Erased what a visitor had left"),
    "webhook.changed": _("Changed a webhook"),
    "webhook.created": _("Added a webhook"),
    "webhook.deleted": _("Deleted a webhook"),
    "webhook.off": _("Switched off a webhook that did not answer"),
    "webhook.replayed": _("Sent events to a webhook again"),
    "webhook.secret": _("Made a new secret for a webhook"),
    "webhook.switched": _("Switched a webhook on or off"),
    "webhook.tested": _("Sent a test to a webhook"),
}


@dataclass(frozen=True)
class Kind:
    """A kind of target: its word, the page that shows one, and whether its name may be read by whoever reads the log."""

    word: Promise
    page: str = ""
    named: bool = True
    by: str = "pk"


# By model name. Persons and what they wrote are told by number: the log is read without the right to personal data.
KINDS: dict[str, Kind] = {
    "account": Kind(_("Account"), "account"),
    "alertrule": Kind(_("Alert rule"), "alert_rule"),
    "apikey": Kind(_("API key")),
    "attributedefinition": Kind(_("Attribute"), "attribute"),
    "cannedreply": Kind(_("Canned reply"), "canned_reply"),
    "case": Kind(_("Case"), "case", named=False, by="number"),
    "casepolicy": Kind(_("Deadline"), "case_policy"),
    "chatroom": Kind(_("Chat room"), "chat_room"),
    "quiethours": Kind(_("Quiet hours"), named=False),
    "collector": Kind(_("Collection point"), "collector"),
    "customer": Kind(_("Customer"), "customer", named=False),
    "endpoint": Kind(_("Webhook"), "webhook"),
    "export": Kind(_("Export"), "export"),
    "importjob": Kind(_("Import"), "import_job"),
    "memberinvitation": Kind(_("Invitation to join"), named=False),
    "incident": Kind(_("Incident")),
    "membership": Kind(_("Member"), "member"),
    "message": Kind(_("Message"), "message", named=False),
    "organization": Kind(_("Organisation"), named=False),
    "programme": Kind(_("Programme"), "programme"),
    "qualitativenote": Kind(_("Note"), "note", named=False),
    "response": Kind(pgettext_lazy("of a customer", "Answer"), named=False),
    "rootcause": Kind(_("Root cause"), "cause"),
    "savedview": Kind(_("View of the inbox")),
    "segment": Kind(_("Segment"), "segment"),
    "stage": Kind(_("Stage"), "stage"),
    "survey": Kind(_("Survey"), "survey"),
    "team": Kind(_("Team"), "team"),
    "touchpoint": Kind(_("Touchpoint"), "touchpoint"),
    "unit": Kind(_("Unit"), "unit"),
}


# Labels of those who are no members; a key's or a command's name stands for itself.
OUTSIDERS: dict[str, Promise] = {
    "system": _("Círculo itself"),
    "customer": _("The customer"),
    "guest": _("A guest"),
    "mail provider": _("The mail provider"),
}


@dataclass(frozen=True)
class Line:
    """One entry as the page shows it; `what` is the bare code where nobody has given it words."""

    entry: AuditEntry
    who: str
    what: str
    kind: str
    name: str
    url: str


def lines_of(entries: Iterable[AuditEntry], organization: Organization) -> list[Line]:
    """The entries in words; one query for each kind of target."""
    entries = list(entries)
    kinds = {entry.target_kind for entry in entries}
    rows = {name: _rows(name, entries, organization) for name in kinds if name in KINDS and KINDS[name].page}
    return [_line(entry, rows.get(entry.target_kind, {}).get(entry.target_id), organization) for entry in entries]


def _rows(kind: str, entries: list[AuditEntry], organization: Organization) -> dict[int | None, models.Model]:
    (model,) = (model for model in apps.get_models() if model._meta.model_name == kind)
    wanted = {entry.target_id for entry in entries if entry.target_kind == kind}
    rows = model._default_manager.filter(organization=organization, pk__in=wanted)
    return {row.pk: row for row in (rows.select_related("user") if kind == "membership" else rows)}


def _line(entry: AuditEntry, row: models.Model | None, organization: Organization) -> Line:
    kind = KINDS.get(entry.target_kind)
    name = "" if entry.target_id is None else str(entry.target_id)
    url = ""
    if entry.target_kind == "organization":
        name, url = organization.name, reverse("settings", args=[organization.slug])
    elif kind and row:
        key = getattr(row, kind.by)
        name = str(row) if kind.named else str(key)
        url = reverse(kind.page, args=[organization.slug, key])
    who = str(entry.actor or OUTSIDERS.get(entry.actor_label) or entry.actor_label)
    return Line(entry, who, str(WORDS.get(entry.action, entry.action)), str(kind.word if kind else ""), name, url)
