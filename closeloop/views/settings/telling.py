"""Settings: chat rooms, quiet hours, and who was told."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from closeloop.actions import telling as actions
from closeloop.alert_log import Filters, page_of
from closeloop.models import ChatRoom, QuietHours
from closeloop.telling_forms import ChatRoomForm, MyQuietHoursForm, QuietHoursForm
from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.roles import Right

FORM = ("GET", "HEAD", "POST")
ONLY_POST = ("POST",)


@organization_view(Right.SETTINGS)
def alert_log(request: OrganizationRequest) -> HttpResponse:
    """Who was told, by what channel, when, with what result, newest first."""
    return render(request, "closeloop/settings/log.html", page_of(Filters.read(request.GET)))


@organization_view(Right.SETTINGS)
def chat_rooms(request: OrganizationRequest) -> HttpResponse:
    rooms = ChatRoom.objects.prefetch_related("rules__rule")
    return render(request, "closeloop/settings/rooms.html", {"rooms": rooms, "here": "alert_rules"})


@organization_view(Right.SETTINGS, methods=FORM)
def chat_room_new(request: OrganizationRequest) -> HttpResponse:
    return _room(request, ChatRoom())


@organization_view(Right.SETTINGS, methods=FORM)
def chat_room(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _room(request, get_object_or_404(ChatRoom.objects, pk=pk))


def _room(request: OrganizationRequest, room: ChatRoom) -> HttpResponse:
    name = room.name
    form = ChatRoomForm(request.POST if request.method == "POST" else None, instance=room)
    if request.method == "POST" and form.is_valid():
        kept = actions.save_room(form.save(commit=False), url=form.cleaned_data["url"], by=request.membership)
        messages.success(request, _("The chat room is saved. Send it a test to see whether it arrives."))
        return redirect("chat_room", request.organization.slug, kept.pk)
    page = {"form": form, "room": room, "room_name": name, "here": "alert_rules"}
    return render(request, "closeloop/settings/room.html", page)


@organization_view(Right.SETTINGS, methods=ONLY_POST)
def chat_room_test(request: OrganizationRequest, pk: int) -> HttpResponse:
    message = actions.test_room(get_object_or_404(ChatRoom.objects, pk=pk), by=request.membership)
    messages.success(request, _("The test is on its way: this page says what becomes of it."))
    return redirect("message", request.organization.slug, message.pk)


@organization_view(Right.SETTINGS, methods=ONLY_POST)
def chat_room_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    try:
        actions.delete_room(get_object_or_404(ChatRoom.objects, pk=pk), by=request.membership)
    except actions.RoomInUse as used:
        messages.error(
            request, _("Rules tell this room: %(rules)s. Change them first.") % {"rules": ", ".join(used.rules)}
        )
        return redirect("chat_room", request.organization.slug, pk)
    messages.success(request, _("The chat room is deleted."))
    return redirect("chat_rooms", request.organization.slug)


@organization_view(Right.SETTINGS, methods=FORM)
def quiet_hours(request: OrganizationRequest) -> HttpResponse:
    """Everybody's who has none of their own, and the chat rooms'."""
    kept = QuietHours.objects.filter(person=None).first()
    form = QuietHoursForm(request.POST if request.method == "POST" else None, instance=kept)
    if request.method == "POST" and form.is_valid():
        actions.set_quiet_hours(None, **form.cleaned_data, by=request.membership)
        messages.success(request, _("The quiet hours are saved."))
        return redirect("quiet_hours", request.organization.slug)
    return render(request, "closeloop/settings/quiet.html", {"form": form, "here": "alert_rules"})


@organization_view(Right.CASES, methods=FORM)
def my_quiet_hours(request: OrganizationRequest) -> HttpResponse:
    """One's own, or the organisation's."""
    me = request.membership
    kept = QuietHours.objects.filter(person=me).first()
    initial = {"follow": "own" if kept else "organization"}
    form = MyQuietHoursForm(request.POST if request.method == "POST" else None, instance=kept, initial=initial)
    if request.method == "POST" and form.is_valid():
        wanted: dict[str, Any] = dict(form.cleaned_data)
        if wanted.pop("follow") == "own":
            actions.set_quiet_hours(me, **wanted, by=me)
        else:
            actions.drop_quiet_hours(me)
        messages.success(request, _("Your quiet hours are saved."))
        return redirect("my_quiet_hours", request.organization.slug)
    everybody = QuietHours.objects.filter(person=None).first()
    return render(request, "closeloop/my_quiet.html", {"form": form, "everybody": everybody})
