"""Colleagues come by invitation, do what their role says, and go; an organisation keeps an owner."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nps_platform.lib.signing import Door, make_token
from nps_platform.messaging.kinds import kind_of
from nps_platform.messaging.models import Message
from nps_platform.tenancy.actions import InvitationClosed, accept_invitation, create_team
from nps_platform.tenancy.models import AuditEntry, MemberInvitation, Membership, Organization, TeamMember, User
from nps_platform.tenancy.roles import Role
from nps_platform.tenancy.scope import entered
from tests.conftest import Cast

MEMBERS = "/o/andina/settings/members/"


def _invite(cast: Cast, email: str = "hugo@andina.example", role: str = Role.MANAGER) -> str:
    """Alicia invites; gives the path of the link in the mail."""
    assert cast.sign_in(cast.alicia).post(MEMBERS, {"email": email, "role": role}).status_code == 302
    with entered(cast.organization):
        message = Message.objects.get(kind="member_invitation", to_address=email)
        link = re.search(r"(/join/\S+/)", kind_of(message).render(message).text)
    assert link
    return link[1]


def test_a_new_colleague_joins_from_the_mail_without_confirming_the_address_again(cast: Cast, client: Client) -> None:
    link = _invite(cast)
    page = client.get(link)
    assert page.status_code == 200 and "hugo@andina.example" in page.content.decode()
    short = client.post(link, {"name": "Hugo Vera", "password": "short"})
    assert short.context["form"].errors["password"] and 'value="Hugo Vera"' in short.content.decode()
    assert client.post(link, {"name": "Hugo Vera", "password": "una-clave-larga"})["Location"] == "/o/andina/"
    assert client.get("/o/andina/settings/").status_code == 200
    assert client.get(MEMBERS).status_code == 403
    fresh = Client()
    fresh.post("/accounts/login/", {"login": "hugo@andina.example", "password": "una-clave-larga"})
    assert fresh.get("/")["Location"] == "/o/andina/"
    assert client.get(link).status_code == 410


def test_somebody_with_an_account_signs_in_with_it_and_nobody_else_can_join_in_their_place(cast: Cast) -> None:
    link = _invite(cast, "carla@otra.example", Role.AGENT)
    assert "/accounts/login/?next=" in Client().get(link).content.decode()
    assert Client().post(link, {"name": "x", "password": "una-clave-larga"}).status_code == 200
    bruno = cast.sign_in(cast.bruno)
    assert "bruno@andina.example" in bruno.get(link).content.decode()
    bruno.post(link)
    assert not cast.organization.memberships.filter(user=cast.carla.user).exists()
    carla = cast.sign_in(cast.carla)
    assert carla.post(link)["Location"] == "/o/andina/"
    assert cast.organization.memberships.get(user=cast.carla.user).role == Role.AGENT
    page = carla.get("/o/andina/").content.decode()
    assert 'href="/o/otra/"' in page, "the switcher leads back"


def test_a_link_is_used_once_and_not_after_it_was_withdrawn_or_expired(cast: Cast, client: Client) -> None:
    link = _invite(cast)
    with entered(cast.organization):
        invitation = MemberInvitation.objects.get()
        MemberInvitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert client.get(link).status_code == 410
        with pytest.raises(InvitationClosed):
            accept_invitation(invitation, user=cast.bruno.user)
    alicia = cast.sign_in(cast.alicia)
    alicia.post(f"/o/andina/settings/invitations/{invitation.pk}/resend/")
    assert client.get(link).status_code == 200
    alicia.post(f"/o/andina/settings/invitations/{invitation.pk}/withdraw/")
    assert client.get(link).status_code == 410
    assert client.get("/join/nonsense/").status_code == 404
    assert client.get(f"/join/{make_token(Door.MEMBER_INVITATION, cast.other.pk, invitation.pk)}/").status_code == 404


def test_an_invitation_speaks_the_language_of_whoever_is_invited(cast: Cast) -> None:
    cast.carla.user.language = "it"
    cast.carla.user.save()
    links = [_invite(cast, "carla@otra.example", Role.AGENT), _invite(cast)]
    with entered(cast.organization):
        mails = Message.objects.filter(kind="member_invitation").order_by("pk")
        assert [kind_of(sent).render(sent).subject for sent in mails] == [
            "Andina Telecom ti invita a Tu Voz",
            "Andina Telecom invites you to Tu Voz",
        ]
    assert ['<html lang="it"' in Client().get(link).content.decode() for link in links] == [True, False]


def test_nobody_is_invited_twice(cast: Cast) -> None:
    _invite(cast)
    alicia = cast.sign_in(cast.alicia)
    for email in ("hugo@andina.example", "HUGO@andina.example", "bruno@andina.example", "not an address"):
        answer = alicia.post(MEMBERS, {"email": email, "role": Role.AGENT})
        assert answer.status_code == 200 and answer.context["form"].errors["email"], email


def test_a_manager_does_not_read_an_owners_invitation_in_the_outbox(cast: Cast) -> None:
    _invite(cast, role=Role.OWNER)
    with entered(cast.organization):
        url = f"/o/andina/outbox/{Message.objects.get().pk}/"
    assert cast.sign_in(cast.member(Role.MANAGER)).get(url).status_code == 403
    assert "/join/" in cast.sign_in(cast.alicia).get(url).content.decode()


def test_the_last_owner_neither_steps_down_nor_leaves(cast: Cast) -> None:
    alicia, url = cast.sign_in(cast.alicia), f"{MEMBERS}{cast.alicia.pk}/"
    answer = alicia.post(url, {"role": Role.AGENT, "job_title": "Dirección"})
    assert answer.context["form"].errors["role"] and "Dirección" in answer.content.decode()
    assert alicia.post(f"{url}deactivate/")["Location"] == url
    alicia.post(f"{MEMBERS}{cast.bruno.pk}/", {"role": Role.OWNER})
    assert alicia.post(url, {"role": Role.AGENT})["Location"] == "/"
    assert alicia.get(MEMBERS).status_code == 403
    with entered(cast.organization):
        assert AuditEntry.objects.filter(action="member.changed").count() == 2


def test_who_loses_access_is_out_at_once_and_of_the_teams_too(cast: Cast) -> None:
    alicia, bruno = cast.sign_in(cast.alicia), cast.sign_in(cast.bruno)
    with entered(cast.organization):
        create_team(name="Fibra", members=[cast.bruno], by=cast.alicia)
    assert bruno.get("/o/andina/").status_code == 200
    alicia.post(f"{MEMBERS}{cast.bruno.pk}/deactivate/")
    assert bruno.get("/o/andina/").status_code == 404
    assert bruno.get("/")["Location"] == "/organizations/new/"
    with entered(cast.organization):
        assert not TeamMember.objects.exists()
    alicia.post(f"{MEMBERS}{cast.bruno.pk}/reactivate/")
    assert bruno.get("/o/andina/").status_code == 200


def test_a_former_colleague_comes_back_with_the_invited_role(cast: Cast) -> None:
    Membership.objects.filter(pk=cast.bruno.pk).update(is_active=False)
    link = _invite(cast, "bruno@andina.example", Role.FINANCE)
    cast.sign_in(cast.bruno).post(link)
    cast.bruno.refresh_from_db()
    assert (cast.bruno.is_active, cast.bruno.role) == (True, Role.FINANCE)
    assert User.objects.filter(email="bruno@andina.example").count() == 1
    assert Organization.objects.count() == 2
