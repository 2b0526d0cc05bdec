"""Keys kept by statement (decision 25): no row without its parents, none of another organisation's, whoever comes first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Timer
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from nps_platform import checks
from nps_platform.customers.models import Customer
from nps_platform.messaging.models import Message
from nps_platform.tenancy.models import Organization
from nps_platform.tenancy.scope import entered
from surveys.actions.inserting import insert_rows
from surveys.models import Invitation, Programme, Survey, SurveyVersion, Wave
from tests.conftest import Cast
from tests.surveys.waves import customer, wave

needs_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="PostgreSQL's own: run with DATABASE_URL"
)
NOBODY = 987_654_321
KEYS = [
    (model, name)
    for model, names in (
        (Invitation, ("programme_id", "survey_id", "version_id", "customer_id", "wave_id")),
        (Message, ("customer_id", "created_by_id")),
    )
    for name in names
]


@pytest.fixture
def asked(inside: Organization) -> Organization:
    """An organisation with three people asked."""
    for n in range(3):
        customer(n)
    wave()
    return inside


def now_checked() -> Any:
    """What a commit would find."""
    connection.check_constraints()


def copied(model: type[Any], **changed: Any) -> Any:
    row = model.objects.first()
    row.pk, row._state.adding = None, True
    for name, value in {"occasion": "again", "step": 9, **changed}.items():
        setattr(row, name, value)
    return row


@pytest.mark.parametrize(("model", "name"), KEYS)
def test_no_row_names_what_does_not_exist(asked: Organization, model: type[Any], name: str) -> None:
    writes: list[Callable[[], Any]] = [
        lambda: copied(model, **{name: NOBODY}).save(),
        lambda: model.objects.bulk_create(
            [copied(model), copied(model, occasion="3", to_address="3", **{name: NOBODY})]
        ),
        lambda: model.objects.filter(pk=model.objects.first().pk).update(**{name: NOBODY}),
    ]
    before = list(model.objects.order_by("pk").values())
    for write in writes:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
            now_checked()
    assert list(model.objects.order_by("pk").values()) == before
    copied(model).save()  # with its parents it is taken
    now_checked()


@pytest.mark.parametrize("parent", [Programme, Survey, SurveyVersion, Wave, Customer])
def test_no_parent_goes_while_it_is_named(asked: Organization, parent: type[Any]) -> None:
    row = parent.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {parent._meta.db_table} WHERE id = %s", [row.pk])
        now_checked()
    assert parent.objects.filter(pk=row.pk).exists()


def test_a_parent_goes_with_its_rows_and_one_that_nothing_names_goes(asked: Organization) -> None:
    alone = customer("alone")
    alone.delete()
    programme = Programme.objects.get()
    programme.invitations.all().delete()
    programme.delete()
    now_checked()
    assert not Programme.objects.exists()
    person = Customer.objects.first()
    assert person is not None
    person.delete()
    now_checked()
    assert Message.objects.filter(customer=None).count() == 1  # as the model says: forgotten, not deleted


def test_who_sent_a_message_may_not_vanish_from_it(asked: Organization, cast: Cast) -> None:
    Message.objects.update(created_by=cast.bruno)
    with pytest.raises(IntegrityError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM tenancy_membership WHERE id = %s", [cast.bruno.pk])
        now_checked()
    cast.bruno.delete()
    now_checked()
    assert not Message.objects.exclude(created_by=None).exists()


@needs_postgresql
@pytest.mark.parametrize("model", [Invitation, Message])
def test_no_row_names_another_organisations(asked: Organization, cast: Cast, model: type[Any]) -> None:
    with entered(cast.other):
        stranger = customer("stranger")
    for write in (
        lambda: copied(model, customer=stranger).save(),
        lambda: model.objects.update(customer=stranger),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
    if model is Message:
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.update(created_by=cast.carla)


@needs_postgresql
def test_the_organisation_itself_stays_whichever_was_entered_last(asked: Organization, cast: Cast) -> None:
    look = "SET CONSTRAINTS messaging_message_organization_id_kept IMMEDIATE"
    with transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(IntegrityError, match=r"messaging_message\.organization_id"), transaction.atomic():
            cursor.execute("DELETE FROM tenancy_organization WHERE id = %s", [asked.pk])
            with entered(cast.other):
                Message.objects.count()
                cursor.execute(look)
        Message.objects.all().delete()
        cursor.execute(look)


@needs_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deleted_first", [True, False])
def test_who_is_invited_while_they_are_deleted_is_one_of_both(cast: Cast, deleted_first: bool) -> None:
    """Neither side sees the other's uncommitted row: one waits for the other, and then it sees it."""
    with entered(cast.organization):
        person = customer(1)
        programme = wave()
        Invitation.objects.all().delete()
        Message.objects.all().delete()
    done, go_on = Event(), Event()

    def first() -> None:
        with entered(cast.organization), transaction.atomic():
            (delete if deleted_first else invite)()
            now_checked()
            done.set()
            go_on.wait(10)

    def second() -> None:
        done.wait(10)
        with entered(cast.organization), transaction.atomic():
            Timer(0.3, go_on.set).start()
            (invite if deleted_first else delete)()
            now_checked()

    def delete() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM customers_customer WHERE id = %s", [person.pk])

    def invite() -> None:
        Invitation.objects.create(
            programme=programme, survey=programme.survey, customer=person, language="es", occasion="later"
        )

    def closing(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.submit(closing, first), pool.submit(closing, second)
        one.result()
        with pytest.raises(IntegrityError):
            other.result()
    with entered(cast.organization):
        assert Customer.objects.exists() is not deleted_first
        assert Invitation.objects.exists() is not deleted_first


@needs_postgresql
def test_rows_inserted_by_select_are_held_to_their_parents_too(asked: Organization) -> None:
    columns = {str(f.column): str(f.column) for f in Invitation._meta.concrete_fields if not f.primary_key}
    columns |= {"customer_id": str(NOBODY), "occasion": "'by select'"}
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Invitation, columns, "surveys_invitation", params=[])


@needs_postgresql
@pytest.mark.parametrize("apart", [1, 50])
@pytest.mark.parametrize("foreign", [False, True])
def test_of_many_rows_each_is_held_to_its_own_parent(cast: Cast, apart: int, foreign: bool) -> None:
    """Parents that stand close together are read by their range (`apart` 1), others one by one."""
    if foreign:
        with entered(cast.other):
            customer("theirs", pk=1_000_000 + 75 * apart)
    with entered(cast.organization):
        customer(1)
        wave()
        Customer.objects.bulk_create(
            Customer(pk=1_000_000 + n * apart, external_id=f"N-{n}", email=f"n{n}@mail.example")
            for n in range(150)
            if n != 75
        )
        columns = {str(f.column): str(f.column) for f in Invitation._meta.concrete_fields if not f.primary_key}
        columns |= {"customer_id": f"1000000 + n * {apart}", "occasion": "'many'"}
        with pytest.raises(IntegrityError, match="customer_id: no such parent"), transaction.atomic():
            insert_rows(Invitation, columns, "surveys_invitation, generate_series(0, 149) n", params=[])
        Invitation.objects.filter(occasion="many").delete()
        others = "surveys_invitation, generate_series(0, 149) n WHERE n <> 75"
        assert insert_rows(Invitation, columns, others, params=[]) == 149


@needs_postgresql
def test_the_system_check_finds_a_key_that_nothing_keeps(db: None) -> None:
    assert checks.every_foreign_key_is_kept(databases=["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER surveys_invitation_wave_id_kept ON surveys_wave")
        cursor.execute("ALTER TABLE messaging_message DISABLE TRIGGER messaging_message_keys_added")
    found = " ".join(one.msg for one in checks.every_foreign_key_is_kept(databases=["default"]))
    assert "surveys_invitation.wave_id" in found and "messaging_message.customer_id" in found
    assert "surveys_invitation.survey_id" not in found


@needs_postgresql
def test_a_database_that_is_still_to_be_migrated_passes_the_check(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE closeloop_alert CASCADE")
        cursor.execute("ALTER TABLE surveys_programme DROP COLUMN launched_by_id CASCADE")
    assert checks.every_foreign_key_is_kept(databases=["default"]) == []
