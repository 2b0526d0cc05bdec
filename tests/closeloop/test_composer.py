"""Writing a reply: it can be taken back, carries files, begins from prepared words; forwards remind."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from closeloop.actions import forward_case, guest_answer, log_call, resolve
from closeloop.actions.files import forget_unsent
from closeloop.actions.forwarding import remind_guests
from closeloop.models import CannedReply, Case, CaseEvent, CaseFile, Forward, RootCause
from nps_platform.messaging.models import Message
from nps_platform.messaging.sending import send_batch
from tests.closeloop.conftest import Opens
from tests.conftest import Cast
from tests.smtp import Collected, smtp_server  # noqa: F401

pytestmark = pytest.mark.django_db

CASE = "/o/andina/inbox/1/"
HX = {"HX-Request": "true", "HX-Target": "case-pane"}
PDF = b"%PDF-1.7\n" + b"x" * 40
ADDRESS = "mercedes@correo.example"


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def bruno(cast: Cast) -> Client:
    return cast.sign_in(cast.bruno)


def file(name: str = "plan.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def office(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml", *names):
            archive.writestr(name, "x" * 60)
    return packed.getvalue()


def later(seconds: int) -> None:
    Message.objects.filter(state="queued").update(due_at=timezone.now() - timedelta(seconds=seconds))


def test_a_reply_waits_ten_seconds_and_undoing_it_leaves_the_case_as_it_was(
    opens: Opens,
    bruno: Client,
    smtp_server: Collected,  # noqa: F811
) -> None:
    case = opens()
    as_it_was = Case.objects.filter(pk=case.pk).values("state", "attempted_at", "is_waiting", "acknowledged_at").get()
    answer = bruno.post(f"{CASE}reply/", {"text": "Vamos hoy"}, headers=HX)
    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert toast["stays"] == 10_000 and toast["action"]["label"] == "Undo"
    send_batch()
    assert smtp_server.to(ADDRESS) == []
    loop_page = bruno.get(f"/c/{case.response.loop_token}").content.decode()
    assert "Vamos hoy" not in loop_page

    back = bruno.post(toast["action"]["url"], headers=HX)
    assert ">Vamos hoy</textarea>" in back.content.decode() and back["HX-Retarget"] == "#case-pane"
    later(1)
    send_batch()
    assert smtp_server.to(ADDRESS) == [] and not CaseEvent.objects.filter(kind="reply").exists()
    case.refresh_from_db()
    case.response.refresh_from_db()
    assert {name: getattr(case, name) for name in as_it_was} == as_it_was and case.response.contacted_at is None

    bruno.post(f"{CASE}reply/", {"text": "Vamos hoy"})
    later(1)
    send_batch()
    assert len(smtp_server.to(ADDRESS)) == 1
    event = CaseEvent.objects.get(kind="reply")
    late = bruno.post(f"{CASE}replies/{event.pk}/undo/", headers=HX)
    assert json.loads(late["HX-Trigger"])["toast"]["level"] == "error"
    assert CaseEvent.objects.filter(kind="reply").exists()


def test_only_who_wrote_a_reply_takes_it_back(opens: Opens, bruno: Client, cast: Cast) -> None:
    opens()
    bruno.post(f"{CASE}reply/", {"text": "Vamos hoy"})
    event = CaseEvent.objects.get(kind="reply")
    cast.sign_in(cast.alicia).post(f"{CASE}replies/{event.pk}/undo/")
    assert CaseEvent.objects.filter(pk=event.pk).exists()
    assert "before" in event.data


def test_files_are_added_removed_sent_and_come_back_when_undone(
    opens: Opens,
    bruno: Client,
    smtp_server: Collected,  # noqa: F811
) -> None:
    opens()
    upload = {**HX, "HX-Target": "composer-files"}
    listed = bruno.post(f"{CASE}files/", {"file": [file(), file("otra.pdf", PDF + b"2")]}, headers=upload)
    assert "plan.pdf" in listed.content.decode() and "otra.pdf" in listed.content.decode()
    second = CaseFile.objects.get(name="otra.pdf")
    assert "otra.pdf" not in bruno.post(f"{CASE}files/{second.pk}/remove/", headers=upload).content.decode()

    bruno.post(f"{CASE}reply/", {"text": "Va el plan"})
    event = CaseEvent.objects.get(kind="reply")
    bruno.post(f"{CASE}replies/{event.pk}/undo/")
    assert "plan.pdf" in bruno.get(CASE).content.decode() and CaseFile.objects.get().event is None

    bruno.post(f"{CASE}reply/", {"text": "Va el plan"})
    later(1)
    send_batch()
    sent = smtp_server.to(ADDRESS)[0]
    attached = list(sent.iter_attachments())
    assert [part.get_filename() for part in attached] == ["plan.pdf"] and attached[0].get_content() == PDF
    body = sent.get_body(("plain",))
    assert body and "Va el plan" in body.get_content()
    assert f"{CASE}files/{CaseFile.objects.get().pk}/" in bruno.get(CASE).content.decode()


REFUSED = {
    "a program": (b"MZ" + b"\0" * 90, "kind of file"),
    "a page": (b"<!DOCTYPE html><p>", "kind of file"),
    "macros": (office("word/vbaProject.bin"), "macros"),
    "nothing": (b"", "empty"),
    "too much": (b"%PDF-1.7" + b"x" * (10 * 1024 * 1024), "larger than 10 MB"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_is_not_let_in_is_said_and_what_was_written_stays(opens: Opens, bruno: Client, what: str) -> None:
    data, why = REFUSED[what]
    opens()
    upload = {**HX, "HX-Target": "composer-files"}
    assert why in bruno.post(f"{CASE}files/", {"file": file("informe.pdf", data)}, headers=upload).content.decode()
    page = bruno.post(f"{CASE}reply/", {"text": "Va el informe", "file": file("informe.pdf", data)}).content.decode()
    assert not CaseFile.objects.exists() and not CaseEvent.objects.filter(kind="reply").exists()
    assert "Va el informe" in page and why in page


def test_an_office_file_without_macros_is_let_in(opens: Opens, bruno: Client) -> None:
    opens()
    bruno.post(f"{CASE}files/", {"file": file("../../carta\u202e.docx", office())})
    assert CaseFile.objects.get().name == "carta.docx"


def test_files_of_replies_that_nobody_sent_are_forgotten(
    opens: Opens, bruno: Client, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager]
) -> None:
    opens()
    bruno.post(f"{CASE}files/", {"file": file()})
    kept = Path(CaseFile.objects.get().file.path)
    forget_unsent()
    assert kept.exists()
    CaseFile.objects.update(added_at=timezone.now() - timedelta(days=3))
    with django_capture_on_commit_callbacks(execute=True):
        forget_unsent()
    assert not kept.exists() and not CaseFile.objects.exists()


def test_canned_replies_stand_in_folders_and_bring_their_files(
    opens: Opens,
    bruno: Client,
    cast: Cast,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager],
) -> None:
    opens(2)
    given = {"name": "AAA", "folder": "Corte", "language": "es", "classes": ["promoter"], "text": "Uno"}
    boss = cast.sign_in(cast.alicia)
    boss.post("/o/andina/settings/replies/new/", given)
    boss.post("/o/andina/settings/replies/new/", {**given, "name": "ZZZ", "classes": ["detractor"], "file": file()})
    wrong = boss.post(
        "/o/andina/settings/replies/new/", {**given, "name": "B", "file": file("x.exe", b"MZ" + b"\0" * 90)}
    )
    assert "kind of file" in wrong.content.decode() and not CannedReply.objects.filter(name="B").exists()

    page = bruno.get(CASE).content.decode()
    assert page.index(">ZZZ</a>") < page.index("Corte") < page.index(">AAA<")
    canned = CannedReply.objects.get(name="ZZZ")
    for _ in range(2):
        bruno.post(f"{CASE}files/", {"canned": canned.pk})
    waiting = CaseFile.objects.get(case__isnull=False)
    assert waiting.name == "plan.pdf"
    with django_capture_on_commit_callbacks(execute=True):
        boss.post(f"/o/andina/settings/replies/{canned.pk}/delete/")
    assert Path(waiting.file.path).exists()


def test_a_voicemail_is_an_attempt_and_a_wrong_number_is_none(opens: Opens, bruno: Client, cast: Cast) -> None:
    wrong, left = opens(), opens()
    bruno.post(f"{CASE}call/", {"outcome": "wrong_number", "text": ""})
    log_call(left, outcome="voicemail", by=cast.bruno)
    for case in (wrong, left):
        case.refresh_from_db()
    assert (wrong.attempted_at, wrong.acknowledged_at is not None) == (None, True)
    assert left.attempted_at and left.reached_at is None
    assert "wrong number" in bruno.get(CASE).content.decode()


# --- reminders of a forward ------------------------------------------------------------------------------------------
FRIDAY = datetime(2026, 3, 6, 12, tzinfo=UTC)


def reminders() -> int:
    return Message.objects.filter(kind="forward_reminder").count()


def forwarded(case: Case, cast: Cast, **values: Any) -> Forward:
    return forward_case(case, email="planta@x.example", text="¿Qué pasó?", by=cast.bruno, **values)


def test_a_guest_is_reminded_on_business_days_at_most_so_often(
    opens: Opens,
    bruno: Client,
    cast: Cast,
    smtp_server: Collected,  # noqa: F811
) -> None:
    with time_machine.travel(FRIDAY, tick=False) as clock:
        forward = forwarded(opens(), cast, remind_every=1, reminders=2, days=30)
        send_batch()
        assert forward.remind_at and forward.remind_at.date().isoformat() == "2026-03-09"
        counts = []
        for day in range(2, 8):
            clock.move_to(FRIDAY + timedelta(days=day))
            remind_guests()
            remind_guests()
            counts.append(reminders())
        assert counts == [0, 1, 2, 2, 2, 2]
        send_batch()
    mails = smtp_server.to("planta@x.example")
    assert [str(mail["Subject"]).startswith("Reminder: ") for mail in mails] == [False, True, True]
    assert mails[1]["In-Reply-To"] == mails[0]["Message-ID"]
    assert "reminded 2 times" in bruno.get(CASE).content.decode()


@pytest.mark.parametrize("what", ["answered", "resolved"])
def test_reminders_stop_with_the_answer_and_with_the_case(opens: Opens, cast: Cast, what: str) -> None:
    with time_machine.travel(FRIDAY, tick=False) as clock:
        case = opens()
        forward = forwarded(case, cast, remind_every=1)
        if what == "answered":
            guest_answer(forward, text="Una válvula")
        else:
            resolve(case, root_cause=RootCause.objects.get(key="other"), outcome="solved", by=cast.bruno)
        clock.move_to(FRIDAY + timedelta(days=5))
        assert remind_guests() is None and reminders() == 0


def test_the_dialog_asks_for_reminders(opens: Opens, bruno: Client) -> None:
    opens()
    asked = {"email": "planta@x.example", "text": "¿Qué pasó?", "days": "14", "remind_every": "2", "reminders": "9"}
    assert bruno.post(f"{CASE}forward/", asked).status_code == 200 and not Forward.objects.exists()
    bruno.post(f"{CASE}forward/", {**asked, "reminders": "3"})
    forward = Forward.objects.get()
    assert (forward.remind_every, forward.reminders_left) == (2, 3) and forward.remind_at
