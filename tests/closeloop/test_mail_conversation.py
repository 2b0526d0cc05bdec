"""A conversation by real SMTP and IMAP: it stays together whatever mail programs and people do to it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from closeloop.actions import forward_case, resolve, revoke_forward, send_reply
from closeloop.models import Case, CaseEvent, CaseFile, RootCause
from nps_platform.customers.actions.erasure import erase_customer
from nps_platform.customers.models import Customer
from nps_platform.messaging.incoming.taking import take
from nps_platform.messaging.models import InboundMail, Message, SeenMail
from nps_platform.messaging.sending import send_batch
from nps_platform.messaging.tasks import fetch, sweep
from nps_platform.tenancy.due import is_due
from tests.closeloop.conftest import Opens
from tests.conftest import Cast
from tests.mailbox import Post, imap_server, mailbox  # noqa: F401
from tests.smtp import Collected, smtp_server  # noqa: F401

# One mailbox for all of them.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("mailbox")]

Committed = Callable[[], AbstractContextManager]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
ADDRESS = "mercedes@correo.example"


@pytest.fixture(autouse=True)
def inbound(settings: Settings, tmp_path: Path) -> None:
    settings.INBOUND_ADDRESS = "reply@in.example"
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.DATA_DIR = tmp_path


@pytest.fixture
def bruno(cast: Cast) -> Client:
    return cast.sign_in(cast.bruno)


@pytest.fixture
def talk(opens: Opens, cast: Cast, smtp_server: Collected, mailbox: Post, committed: Committed) -> Talk:  # noqa: F811
    return Talk(opens(2, "Sigo sin internet"), cast, smtp_server, mailbox, committed)


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Callable[..., AbstractContextManager]) -> Committed:
    """`with committed():` what is told on commit is told at its end."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


class Talk:
    """A case, and its customer with a mail program."""

    def __init__(self, case: Case, cast: Cast, smtp: Collected, box: Post, committed: Committed) -> None:
        self.case, self.cast, self.smtp, self.box, self.committed = case, cast, smtp, box, committed

    def we_write(self, text: str) -> EmailMessage:
        send_reply(self.case, text=text, by=self.cast.bruno)
        send_batch()
        return self.smtp.to(ADDRESS)[-1]

    def answer(self, text: str, ours: EmailMessage, *, subject: str = "", sender: str = ADDRESS) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"] = f"Mercedes Aliaga <{sender}>", str(ours["Reply-To"])
        mail["Subject"] = subject or f"RE: {ours['Subject']}"
        mail["Message-ID"] = make_msgid(domain="correo.example")
        mail["In-Reply-To"], mail["References"] = str(ours["Message-ID"]), str(ours["Message-ID"])
        mail["Date"] = timezone.now()
        mail.set_content(text)
        return mail

    def arrives(self, *mails: EmailMessage | bytes) -> None:
        for mail in mails:
            self.box.deliver(mail if isinstance(mail, bytes) else mail.as_bytes())
        with self.committed():
            fetch()

    def said(self) -> list[tuple[str, str]]:
        events = CaseEvent.objects.filter(case=self.case).exclude(kind__in=("opened", "assigned"))
        return list(events.values_list("kind", "text"))


def test_the_thread_holds_over_changed_subjects_and_quotes_are_folded(talk: Talk) -> None:
    first = talk.we_write("Vamos hoy.")
    assert str(first["Reply-To"]).startswith("reply+") and str(first["Reply-To"]).endswith("@in.example")
    answer = talk.answer(
        "Gracias, vengan.\n\nEl mar, 3 nov 2026 a las 9:12, Tu Voz (<x@in.example>)\nescribió:\n\n> Vamos hoy.\n",
        first,
        subject="Otra cosa ✓",
    )
    talk.arrives(answer)
    assert talk.said() == [("reply", "Vamos hoy."), ("customer_reply", "Gracias, vengan.")]
    event = CaseEvent.objects.get(kind="customer_reply")
    assert event.mail and "> Vamos hoy." in event.mail.quoted and event.data["subject"] == "Otra cosa ✓"

    second = talk.we_write("De 12 a 13 h.")
    assert second["In-Reply-To"] == answer["Message-ID"]
    assert str(second["References"]).split() == [first["Message-ID"], answer["Message-ID"]]
    assert str(second["Subject"]).startswith("Re: ") and second["Reply-To"] == first["Reply-To"]


def test_an_answer_without_the_signed_address_finds_its_case_by_what_it_answers(talk: Talk) -> None:
    ours = talk.we_write("Vamos hoy.")
    answer = talk.answer("Sí", ours)
    del answer["To"]
    answer["To"] = "reply@in.example"
    talk.arrives(answer)
    assert talk.said()[-1] == ("customer_reply", "Sí")


def test_a_guessed_message_id_is_no_key_and_a_person_decides(talk: Talk, bruno: Client) -> None:
    ours = talk.we_write("Vamos hoy.")
    forged = talk.answer("Soy Mercedes, mi IBAN es otro", ours, sender="mallory@evil.example")
    del forged["To"]
    forged["To"] = "reply@in.example"
    talk.arrives(forged)
    assert len(talk.said()) == 1
    page = bruno.get("/o/andina/inbox/mails/").content.decode()
    assert "mallory@evil.example" in page and f'value="{talk.case.number}"' in page
    assert "1 mail without a case" in bruno.get("/o/andina/inbox/").content.decode()

    mail = InboundMail.objects.get()
    answered = bruno.post(f"/o/andina/inbox/mails/{mail.pk}/attach/", {"number": "999"}, follow=True)
    assert "There is no case of this number" in answered.content.decode()
    bruno.post(f"/o/andina/inbox/mails/{mail.pk}/attach/", {"number": str(talk.case.number)})
    assert talk.said()[-1] == ("customer_reply", "Soy Mercedes, mi IBAN es otro")
    mail.refresh_from_db()
    assert (mail.state, mail.raw.name, mail.settled_by) == ("placed", "", talk.cast.bruno)


def test_a_discarded_mail_leaves_no_words(talk: Talk, bruno: Client) -> None:
    talk.arrives(
        b"From: a@spam.example\r\nTo: tuvoz@andina.example\r\nSubject: Buy\r\nMessage-ID: <1@s>\r\n\r\nNow\r\n"
    )
    mail = InboundMail.objects.get(state="unplaced")
    bruno.post(f"/o/andina/inbox/mails/{mail.pk}/discard/")
    mail.refresh_from_db()
    assert (mail.state, mail.text) == ("discarded", "")
    assert "Every mail has its case" in bruno.get("/o/andina/inbox/mails/").content.decode()


def test_a_mail_of_no_organisation_we_can_tell_is_kept_for_the_operator(talk: Talk, tmp_path: Path) -> None:
    talk.arrives(b"From: a@b.example\r\nTo: reply@in.example\r\nMessage-ID: <2@s>\r\n\r\nHi\r\n")
    kept = list((tmp_path / "mail-unclaimed").glob("*.eml"))
    assert len(kept) == 1 and kept[0].stat().st_mode & 0o777 == 0o600 and not InboundMail.objects.exists()


def test_each_mail_is_taken_once_however_often_it_comes(talk: Talk) -> None:
    ours = talk.we_write("Vamos hoy.")
    answer = talk.answer("Sí", ours)
    talk.arrives(answer, answer)
    talk.arrives(answer)
    assert not take(answer.as_bytes())
    assert [kind for kind, _text in talk.said()] == ["reply", "customer_reply"]
    assert (talk.box.count("INBOX"), talk.box.count("Circulo")) == (0, 3) and SeenMail.objects.count() == 3


def test_an_answer_opens_a_resolved_case_again_and_tells_its_person(talk: Talk) -> None:
    ours = talk.we_write("Vamos hoy.")
    resolve(talk.case, root_cause=RootCause.objects.get(key="other"), outcome="solved", by=talk.cast.bruno)
    talk.arrives(talk.answer("No funciona", ours))
    talk.case.refresh_from_db()
    assert (talk.case.state, talk.case.is_open, talk.case.is_waiting) == (Case.State.REOPENED, True, False)
    assert Message.objects.filter(kind="case_news").exists()


AUTOMATIC: dict[str, Callable[[EmailMessage, EmailMessage], None]] = {
    "auto_submitted": lambda mail, ours: mail.add_header("Auto-Submitted", "auto-replied"),
    "precedence": lambda mail, ours: mail.add_header("Precedence", "bulk"),
    "auto_reply": lambda mail, ours: mail.add_header("X-Autoreply", "yes"),
    "bounce": lambda mail, ours: mail.add_header("Return-Path", "<>"),
    "own": lambda mail, ours: mail.replace_header("Message-ID", str(ours["Message-ID"])),
}


@pytest.mark.parametrize("why", AUTOMATIC)
def test_what_no_person_wrote_is_noted_and_nothing_follows(talk: Talk, why: str) -> None:
    ours = talk.we_write("Vamos hoy.")
    resolve(talk.case, root_cause=RootCause.objects.get(key="other"), outcome="solved", by=talk.cast.bruno)
    mail = talk.answer("Estoy fuera hasta el lunes", ours)
    AUTOMATIC[why](mail, ours)
    before = Message.objects.count()
    talk.arrives(mail)
    event = CaseEvent.objects.get(kind="auto_mail")
    assert event.data["why"] == why and event.text == "Estoy fuera hasta el lunes"
    talk.case.refresh_from_db()
    assert not talk.case.is_open and Message.objects.count() == before


def test_two_machines_that_answer_each_other_stop_at_ten(talk: Talk) -> None:
    ours = talk.we_write("Vamos hoy.")
    talk.arrives(*(talk.answer(f"Respuesta {n}", ours) for n in range(13)))
    kinds = [kind for kind, _text in talk.said()]
    assert kinds.count("customer_reply") == 10 and kinds.count("auto_mail") == 3
    assert Message.objects.filter(kind="case_news").count() == 10


def test_files_are_kept_by_what_they_contain_and_saved_never_drawn(talk: Talk, bruno: Client) -> None:
    ours = talk.we_write("Mándeme una foto.")
    mail = talk.answer("Aquí va", ours)
    mail.add_attachment(PNG, maintype="image", subtype="png", filename="../fóto\u202egnp.exe.png")
    mail.add_attachment(b"MZ" + b"\0" * 99, maintype="image", subtype="png", filename="vacaciones.png")
    mail.add_attachment(b"<html><script>1</script>", maintype="text", subtype="plain", filename="nota.txt")
    talk.arrives(mail)
    kept = CaseFile.objects.get()
    assert kept.name == "fótognp.exe.png" and (kept.kind, kept.size) == ("image/png", len(PNG))
    assert "png" not in kept.file.name and "fóto" not in kept.file.name
    page = bruno.get(f"/o/andina/inbox/{talk.case.number}/").content.decode()
    assert kept.name in page and "vacaciones.png: this kind of file isn&#x27;t accepted" in page and "nota.txt" in page
    saved = bruno.get(f"/o/andina/inbox/{talk.case.number}/files/{kept.pk}/")
    assert saved.content == PNG and saved["X-Content-Type-Options"] == "nosniff"
    assert saved["Content-Disposition"].startswith("attachment; ")
    assert Client().get(f"/o/andina/inbox/{talk.case.number}/files/{kept.pk}/").status_code == 302


def test_a_mail_of_30_mb_is_placed_and_its_files_stay_in_the_mailbox(talk: Talk, bruno: Client) -> None:
    ours = talk.we_write("Mándeme el vídeo.")
    mail = talk.answer("Aquí va el vídeo", ours)
    mail.add_attachment(b"\0" * (22 * 1024 * 1024), maintype="video", subtype="mp4", filename="v.mp4")
    talk.arrives(mail)
    assert talk.said()[-1] == ("customer_reply", "Aquí va el vídeo")
    assert CaseEvent.objects.get(kind="customer_reply").data["cut_at"] > 29 * 1024 * 1024
    assert CaseFile.objects.count() == 0 and talk.box.count("Circulo") == 1
    assert "too large to be taken whole" in bruno.get(f"/o/andina/inbox/{talk.case.number}/").content.decode()


def broken(ours: EmailMessage, head: bytes, body: bytes) -> bytes:
    return (
        b"From: M <"
        + ADDRESS.encode()
        + b">\r\nTo: "
        + str(ours["Reply-To"]).encode()
        + b"\r\n"
        + head
        + b"\r\n\r\n"
        + body
    )


BROKEN = {
    "no such charset": (b'Content-Type: text/plain; charset="x-klingon"', "señal".encode(), "señal"),
    "another charset than it says": (b"Content-Type: text/plain; charset=utf-8", "señal".encode("cp1252"), "señal"),
    "raw bytes in the head": ("Subject: señal".encode("latin-1"), b"hola", "hola"),
    "half an encoded word": (b"Subject: =?utf-8?B?c2XDsW==?= =?x?Q?=ZZ?=", b"hola", "hola"),
    "zero bytes": (b"Content-Type: text/plain", b"ho\0la", "hola"),
    "base64 that is none": (b"Content-Transfer-Encoding: base64", b"%%%hola", None),
    "a boundary that never comes": (b"Content-Type: multipart/mixed; boundary=xx", b"hola", None),
    "two froms and a bad date": (b"From: x\r\nDate: never\r\nMessage-ID: <<>>", b"hola", "hola"),
    "only html": (b"Content-Type: text/html", b"<p onclick='x'>hola<script>alert(1)</script></p>", "hola"),
    "UTF-16": (b"Content-Type: text/plain; charset=utf-16", "hola".encode("utf-16"), "hola"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_broken_mails_are_read_and_the_page_stands(talk: Talk, bruno: Client, how: str) -> None:
    head, body, expected = BROKEN[how]
    ours = talk.we_write("Vamos hoy.")
    talk.arrives(broken(ours, head, body))
    kind, text = talk.said()[-1]
    assert kind == "customer_reply" and (expected is None or text == expected)
    page = bruno.get(f"/o/andina/inbox/{talk.case.number}/")
    assert page.status_code == 200 and "alert(1)" not in page.content.decode()


def test_a_mail_that_can_t_be_placed_now_is_tried_again_and_then_listed(
    talk: Talk, bruno: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = talk.we_write("Vamos hoy.")
    with monkeypatch.context() as broken_files:
        broken_files.setattr("closeloop.actions.mailing.keep_mails_files", lambda *_: 1 / 0)
        talk.arrives(talk.answer("Sí", ours), talk.answer("También", ours))
        for _ in range(4):
            is_due("mails")
            sweep()
    assert set(InboundMail.objects.values_list("state", "error")) == {("failed", "ZeroDivisionError")}
    assert len(talk.said()) == 1 and talk.box.count("Circulo") == 2
    assert "can't be read by itself" in bruno.get("/o/andina/inbox/mails/").content.decode()
    for mail in InboundMail.objects.all():
        with talk.committed():
            bruno.post(f"/o/andina/inbox/mails/{mail.pk}/retry/")
    assert sorted(text for _kind, text in talk.said()[1:]) == ["Sí", "También"]


def test_a_mailbox_that_is_away_stops_nothing_and_is_told(talk: Talk, bruno: Client, settings: Settings) -> None:
    right, settings.IMAP_URL = settings.IMAP_URL, "imap://reply:wrong@127.0.0.1:1/INBOX"
    fetch()
    assert "The mailbox can't be read since" in bruno.get("/o/andina/inbox/mails/").content.decode()
    settings.IMAP_URL = right.replace("secret", "wrong")
    fetch()
    settings.IMAP_URL = right
    fetch()
    assert "The mailbox can" not in bruno.get("/o/andina/inbox/mails/").content.decode()


def test_a_guest_answers_the_forward_by_mail_until_the_link_is_withdrawn(talk: Talk) -> None:
    forward = forward_case(talk.case, email="planta@x.example", text="¿Qué pasó?", by=talk.cast.bruno)
    send_batch()
    ours = talk.smtp.to("planta@x.example")[0]
    talk.arrives(talk.answer("Una válvula", ours, sender="planta@x.example"))
    event = CaseEvent.objects.get(kind="guest_answer")
    assert (event.text, event.data["forward"]) == ("Una válvula", forward.pk)
    revoke_forward(forward, by=talk.cast.bruno)
    talk.arrives(talk.answer("Otra cosa", ours, sender="planta@x.example"))
    assert InboundMail.objects.filter(state="unplaced").count() == 1


def test_a_provider_hands_mails_over_by_its_webhook(talk: Talk, settings: Settings) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": "circulo:long-and-random"}
    ours = talk.we_write("Vamos hoy.")
    posted = {
        "FromFull": {"Email": ADDRESS, "Name": "Mercedes"},
        "ToFull": [{"Email": str(ours["Reply-To"]), "Name": ""}],
        "OriginalRecipient": str(ours["Reply-To"]),
        "Subject": "Otro asunto",
        "MessageID": "22c74902",
        "TextBody": "Perfecto, señora",
        "Headers": [{"Name": "Message-ID", "Value": "<a1@correo.example>"}],
        "Attachments": [
            {
                "Name": "f.png",
                "Content": base64.b64encode(PNG).decode(),
                "ContentType": "image/png",
                "ContentLength": 72,
            }
        ],
    }
    basic = "Basic " + base64.b64encode(b"circulo:long-and-random").decode()
    with talk.committed():
        send = [
            Client()
            .post("/hooks/mail/postmark/inbound", json.dumps(posted), "application/json", headers=headers)
            .status_code
            for headers in ({"Authorization": basic}, {"Authorization": basic}, {})
        ]
    assert send == [200, 200, 400]
    assert talk.said()[1:] == [("customer_reply", "Perfecto, señora")] and CaseFile.objects.get().name == "f.png"
    assert Client().post("/hooks/mail/nobody/inbound").status_code == 404


def test_erasing_a_person_takes_what_they_wrote_by_mail(talk: Talk, bruno: Client) -> None:
    ours = talk.we_write("Vamos hoy.")
    mail = talk.answer("Soy Mercedes\n\n> antes", ours, subject="Mercedes otra vez")
    mail.add_attachment(PNG, maintype="image", subtype="png", filename="mercedes.png")
    stray = talk.answer("Y también", ours)
    del stray["To"], stray["In-Reply-To"], stray["References"]
    stray["To"] = "tuvoz@andina.example"
    talk.arrives(mail, stray)
    file = Path(CaseFile.objects.get().file.path)
    waiting = Path(InboundMail.objects.get(state="unplaced").raw.path)
    assert file.exists() and waiting.exists()
    with talk.committed():
        erase_customer(Customer.objects.get(), by=talk.cast.alicia)
    assert not file.exists() and not waiting.exists() and CaseFile.objects.count() == 0
    rows = InboundMail.objects.values_list("from_address", "subject", "text", "quoted")
    assert set(rows) == {("", "", "", "")}
    assert "Mercedes" not in str(list(CaseEvent.objects.values_list("text", "data")))
    talk.arrives(talk.answer("¿Y ahora?", ours))
    assert "¿Y ahora?" not in str(talk.said())


def test_without_an_inbound_address_answers_go_where_they_went(talk: Talk, settings: Settings) -> None:
    settings.INBOUND_ADDRESS = ""
    assert talk.we_write("Vamos hoy.")["Reply-To"] == "tuvoz@andina.example"


def test_old_names_of_the_mailbox_are_forgotten(talk: Talk) -> None:
    SeenMail.objects.create(name="INBOX/1/1", at=timezone.now() - timedelta(days=91))
    fetch()
    assert not SeenMail.objects.exists()
