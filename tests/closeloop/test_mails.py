"""The mails of this room, as they will look: to the right person, in their language, with a way to answer."""

from __future__ import annotations

import pytest

from closeloop.actions import add_note, assign, customer_verdict, forward_case, resolve, send_reply
from closeloop.models import RootCause
from nps_platform.messaging.kinds import Mail, kind_of
from nps_platform.messaging.models import Message
from tests.closeloop.conftest import Opens
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def mail(kind: str) -> Mail:
    message = Message.objects.filter(kind=kind).latest("id")
    return kind_of(message).render(message)


def test_an_alert_says_who_said_what_and_leads_to_the_case(opens: Opens) -> None:
    case = opens(2, "Sigo <b>sin</b> internet & sin luz")
    alert = mail("alert")
    assert alert.subject == "2 of 10 from Mercedes Aliaga"
    assert f"/o/andina/inbox/{case.number}/" in alert.text and f"/o/andina/inbox/{case.number}/" in alert.html
    assert "Sigo <b>sin</b> internet & sin luz" in alert.text and "Sigo &lt;b&gt;sin" in alert.html
    assert "Detractors" in alert.text


def test_a_reply_is_signed_by_agent_and_programme_and_leads_to_the_customer_s_page(opens: Opens, cast: Cast) -> None:
    case = opens(2, "Sigo sin internet")
    send_reply(case, text="Vamos hoy.\nDe 12 a 13 h.", by=cast.bruno)
    reply = mail("reply")
    assert (reply.from_name, reply.reply_to) == ("Tu Voz", "tuvoz@andina.example")
    for said in (reply.text, reply.html):
        assert "Bruno Salas" in said and "Tu Voz" in said and f"/c/{case.response.loop_token}" in said
    assert "Vamos hoy.<br>De 12 a 13 h." in reply.html and "Sigo sin internet" in reply.text


def test_a_mention_and_an_assignment_say_who_and_which_case(opens: Opens, cast: Cast) -> None:
    case = opens()
    add_note(case, text="Mira, @bruno", by=cast.alicia)
    assert mail("mention").subject == "Alicia Robles mentioned you in case 1: Mercedes Aliaga"
    assert "Mira, @bruno" in mail("mention").text
    assign(case, assignee=cast.bruno, by=cast.alicia)
    assert mail("mention").subject == "Alicia Robles gave you case 1: Mercedes Aliaga"


def test_a_no_reaches_whoever_looks_after_the_case(opens: Opens, cast: Cast) -> None:
    case = opens()
    assign(case, assignee=cast.bruno, by=cast.bruno)
    resolve(case, root_cause=RootCause.objects.get(key="other"), outcome="solved", by=cast.bruno)
    customer_verdict(case, verdict="no")
    message = Message.objects.get(kind="case_news")
    assert message.to_address == "bruno@andina.example" and "open again" in mail("case_news").subject


def test_a_forward_carries_the_question_and_the_link_but_nothing_of_the_customer(opens: Opens, cast: Cast) -> None:
    forward = forward_case(opens(), email="planta@x.example", text="¿Qué pasó?", by=cast.bruno)
    sent = mail("forward")
    for said in (sent.text, sent.html):
        assert f"/f/{forward.token}" in said and "¿Qué pasó?" in said
        assert "Mercedes" not in said and "sin internet" not in said


def test_what_people_type_is_never_html(opens: Opens, cast: Cast) -> None:
    send_reply(opens(), text="<script>x</script> & 1 < 2", by=cast.bruno)
    assert "<script>" not in mail("reply").html and "<script>x</script> & 1 < 2" in mail("reply").text
