"""A survey from the template to published: complete in three languages, mended where it is not, fixed once it is out."""

from __future__ import annotations

from dataclasses import asdict

from nps_platform.messaging.models import Message
from nps_platform.messaging.sending import send_batch
from nps_platform.tenancy.models import Organization
from surveys.authoring.content import content_for
from surveys.authoring.readiness import problems
from surveys.models import Stage, Survey, Touchpoint
from tests.conftest import Cast
from tests.smtp import Collected, html_of, smtp_server  # noqa: F401
from tests.surveys.waves import published

HERE = "/o/andina/surveys/"


def test_a_new_survey_is_complete_in_each_language(cast: Cast, inside: Organization) -> None:
    stage = Stage.objects.create(name="Instalar")
    visit = Touchpoint.objects.create(stage=stage, name="Visita del técnico")
    form = {"kind": "transactional", "name": "Tras la visita", "touchpoint": visit.pk, "languages": ["es", "en", "it"]}
    answer = cast.sign_in(cast.alicia).post(f"{HERE}new/", form)
    survey = Survey.objects.get()
    assert answer.headers["Location"] == f"{HERE}{survey.pk}/"
    assert problems(survey) == []
    assert (survey.touchpoint, survey.stage) == (visit, stage)
    said = survey.draft_content
    nps = said.nps.texts
    assert nps["es"]["text"].startswith(
        "Después de «Visita del técnico», ¿qué probabilidad hay de que recomiende Andina"
    )
    assert nps["it"]["high"] == "Molto probabile"
    assert [q.key for q in said.questions] == ["nps", "why-promoter", "why-passive", "why-detractor", "contact"]
    assert len(said.thanks) == 3
    assert set(said.mail) == {"es", "en", "it"}


def test_the_editor_opens_in_the_organisations_own_language(cast: Cast, inside: Organization) -> None:
    Organization.objects.filter(pk=inside.pk).update(language="es")
    alicia = cast.sign_in(cast.alicia)
    form = {"kind": "relational", "name": "Anual", "languages": ["en", "es", "it"]}
    here = alicia.post(f"{HERE}new/", form).headers["Location"]
    assert "Nada probable" in alicia.get(here).text
    english = alicia.get(f"{here}?language=en").text
    assert "Not at all likely" in english and "Nada probable" in english


def test_a_form_with_mistakes_comes_back_with_what_was_typed(cast: Cast, inside: Organization) -> None:
    page = cast.sign_in(cast.alicia).post(f"{HERE}new/", {"kind": "phase", "name": "Fase", "stage": "999"})
    assert page.status_code == 422
    assert 'value="Fase"' in page.text and 'id="id_stage_error"' in page.text
    assert not Survey.objects.exists()


def test_a_hole_is_shown_where_it_is_and_keeps_the_survey_from_being_published(
    cast: Cast, inside: Organization
) -> None:
    alicia = cast.sign_in(cast.alicia)
    alicia.post(f"{HERE}new/", {"kind": "relational", "name": "Relacional", "languages": ["es", "it"]})
    survey = Survey.objects.get()
    here = f"{HERE}{survey.pk}/?part=why-detractor&language=it"
    saved = alicia.post(here, {"text": "", "help": "Bastano due righe"}, headers={"HX-Request": "true"})
    assert saved.status_code == 200 and "<html" not in saved.text and 'id="publish" disabled' in saved.text
    refused = alicia.post(f"{HERE}{survey.pk}/publish/")
    assert refused.headers["Location"].endswith("?part=why-detractor&language=it")
    survey.refresh_from_db()
    assert survey.state == Survey.State.DRAFT
    page = alicia.get(here).text
    assert "¿Qué falló? Cuéntenoslo tal cual." in page  # the original beside the hole
    alicia.post(here, {"text": "Che cosa è andato storto?"})
    alicia.post(f"{HERE}{survey.pk}/publish/")
    survey.refresh_from_db()
    assert survey.state == Survey.State.PUBLISHED


def test_a_mail_that_speaks_of_what_nobody_knows_is_not_published(cast: Cast, inside: Organization) -> None:
    alicia = cast.sign_in(cast.alicia)
    alicia.post(f"{HERE}new/", {"kind": "relational", "name": "Relacional", "languages": ["es"]})
    survey = Survey.objects.get()
    mail = asdict(survey.draft_content.mail_in("es")) | {"intro": "Su contrato {{contract}} vence."}
    alicia.post(f"{HERE}{survey.pk}/?part=mail&language=es", mail)
    survey.refresh_from_db()
    assert [p.part for p in problems(survey)] == ["mail"]


def test_what_is_live_stays_until_its_draft_is_published(cast: Cast, inside: Organization) -> None:
    survey = published()
    alicia = cast.sign_in(cast.alicia)
    before = content_for(survey)
    alicia.post(f"{HERE}{survey.pk}/?part=nps&language=es", {"text": "¿Nos recomendaría?", "low": "No", "high": "Sí"})
    survey.refresh_from_db()
    assert content_for(survey) == before and survey.has_changes
    alicia.post(f"{HERE}{survey.pk}/publish/")
    survey.refresh_from_db()
    assert content_for(survey).nps.text("es") == "¿Nos recomendaría?"
    assert survey.published is not None
    assert (survey.published.number, survey.has_changes) == (2, False)
    assert survey.versions.get(number=1).parsed == before


def test_a_duplicate_goes_its_own_way(cast: Cast, inside: Organization) -> None:
    survey = published()
    alicia = cast.sign_in(cast.alicia)
    before = content_for(survey)
    answer = alicia.post(f"{HERE}{survey.pk}/duplicate/", {"name": "Relacional 2"})
    copy = Survey.objects.get(name="Relacional 2")
    assert answer.headers["Location"].startswith(f"{HERE}{copy.pk}/")
    alicia.post(f"{HERE}{copy.pk}/?part=nps&language=es", {"text": "¿Nos recomendaría?"})
    copy.refresh_from_db()
    assert (copy.draft_content.nps.text("es"), copy.state) == ("¿Nos recomendaría?", Survey.State.DRAFT)
    survey.refresh_from_db()
    assert survey.draft_content == before
    alicia.post(f"{HERE}{survey.pk}/archive/")
    assert "Relacional 2" in alicia.get(HERE).text
    assert Survey.objects.get(pk=survey.pk).state == Survey.State.ARCHIVED


def test_settings_change_what_is_recommended_everywhere_and_add_a_language_complete(
    cast: Cast, inside: Organization
) -> None:
    alicia = cast.sign_in(cast.alicia)
    alicia.post(f"{HERE}new/", {"kind": "relational", "name": "R", "languages": ["es"], "subject_name": "Andina"})
    survey = Survey.objects.get()
    settings = {"name": "Relacional", "languages": ["es", "it"], "subject_name": "Fibra 600"}
    alicia.post(f"{HERE}{survey.pk}/?part=settings", settings)
    survey.refresh_from_db()
    assert problems(survey) == []
    texts = survey.draft_content.nps.texts
    assert "recomiende Fibra 600 a" in texts["es"]["text"] and "consiglierebbe Fibra 600 a" in texts["it"]["text"]
    assert survey.draft_content.mail_in("es").subject.startswith("Fibra 600:")
    assert survey.draft_content.contact is None


def test_a_test_goes_to_me_and_nobody_can_be_unsubscribed_by_it(
    cast: Cast,
    inside: Organization,
    smtp_server: Collected,  # noqa: F811
) -> None:
    survey = published()
    alicia = cast.sign_in(cast.alicia)
    alicia.post(f"{HERE}{survey.pk}/test/", {"to": "alicia@andina.example", "language": "en"})
    send_batch()
    (mail,) = smtp_server.to("alicia@andina.example")
    assert "How likely are you to recommend Andina Telecom" in html_of(mail)
    assert "Hello Alicia," in html_of(mail)
    assert "/u/" not in html_of(mail) and mail["List-Unsubscribe"] is None
    alicia.post(f"{HERE}{survey.pk}/test/", {"to": "nobody", "language": "fr"})
    assert Message.objects.count() == 1


def test_strangers_and_colleagues_without_the_right_stay_outside(cast: Cast, inside: Organization) -> None:
    survey = published()
    for path in (
        HERE,
        f"{HERE}{survey.pk}/",
        f"{HERE}{survey.pk}/mail/",
        "/o/andina/journey/edit/",
        "/o/andina/outbox/",
    ):
        assert cast.sign_in(cast.alicia).get(path).status_code == 200, path
        assert cast.sign_in(cast.bruno).get(path).status_code == 403, path
        assert cast.sign_in(cast.carla).get(path).status_code == 404, path
    assert cast.sign_in(cast.alicia).get(f"{HERE}{survey.pk}/publish/").status_code == 405
    assert cast.sign_in(cast.carla).get(f"/o/otra/surveys/{survey.pk}/").status_code == 404
