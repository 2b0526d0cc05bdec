"""What this room hands to the rooms below at start-up: its mails, its part of a new organisation, its ear for answers."""

from __future__ import annotations

from typing import Any

from closeloop import asking, erasing, held, kinds, promising, webhooks
from closeloop.actions.clocks import settings_changed
from closeloop.actions.mailing import place_mail
from closeloop.actions.silence import came_back
from closeloop.palette import cases_found, inbox_views
from closeloop.panels import cases_panel
from closeloop.shortcuts import INBOX
from closeloop.starters import give_starters
from closeloop.tasks import announce
from closeloop.wording import rules_that_need
from nps_platform.customers.panels import register_panel
from nps_platform.messaging.incoming.taking import register_place
from nps_platform.tenancy.palette import register_finder, register_pages
from nps_platform.tenancy.setup import on_new_organization, on_settings_changed, on_team_dissolution
from nps_platform.tenancy.shortcuts import register_shortcuts
from responses.signals import response_recorded
from surveys.invitations import on_bounce


def connect() -> None:
    """Called once, when the apps are ready."""
    kinds.register()
    erasing.register()
    held.register()
    asking.register()
    webhooks.register()
    promising.register()
    on_new_organization(give_starters)
    on_settings_changed(settings_changed)
    on_team_dissolution(rules_that_need)
    register_panel(cases_panel)
    register_shortcuts("inbox", INBOX)
    register_pages(inbox_views)
    register_finder(cases_found)
    on_bounce(came_back)
    register_place(place_mail)
    response_recorded.connect(answer_recorded, dispatch_uid="closeloop.answer_recorded")


def answer_recorded(sender: Any, *, organization_id: int, response_id: int, told: bool, **_: Any) -> None:
    """Tell a worker where nobody was told yet; the sweep finds what this misses."""
    if not told:
        announce(organization_id, response_id)
