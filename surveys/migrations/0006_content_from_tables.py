from typing import Any

from django.db import migrations

from nps_platform.tenancy.current import entered

MAIL_FIELDS = ("subject", "greeting", "intro", "signature", "reminder")


def gather(apps: Any, schema_editor: Any) -> None:
    """Each survey's questions, pages and mail become its draft; what was published becomes version 1, and what was asked."""
    organizations = apps.get_model("tenancy", "Organization")
    for organization in organizations.objects.all():
        with entered(organization):
            for survey in apps.get_model("surveys", "Survey").objects.filter(organization=organization):
                _gather(apps, survey)


def _gather(apps: Any, survey: Any) -> None:
    survey.draft = content_of(apps, survey)
    if survey.published_at or survey.state == "published":
        survey.published = apps.get_model("surveys", "SurveyVersion").objects.create(
            organization_id=survey.organization_id,
            survey=survey,
            number=1,
            content=survey.draft,
            published_at=survey.published_at or survey.updated_at,
            published_by_id=survey.created_by_id,
        )
        asked = apps.get_model("surveys", "Invitation").objects.filter(survey=survey).exclude(state="skipped")
        asked.update(version=survey.published)
    survey.save(update_fields=["draft", "published"])


def content_of(apps: Any, survey: Any) -> dict[str, Any]:
    rows = apps.get_model("surveys", "Question").objects.filter(survey=survey).order_by("position", "id")
    pages = apps.get_model("surveys", "ThankYou").objects.filter(survey=survey)
    return {
        "languages": survey.languages,
        "subject": survey.subject_name,
        "questions": [
            {
                "key": row.key,
                "kind": row.kind,
                "texts": row.texts,
                "required": row.required,
                "shown": {"classes": row.shown_for, "question": "", "answers": []},
                "options": [],
                "low": 1,
                "high": 5,
            }
            for row in rows
            if row.kind != "contact" or survey.ask_contact
        ],
        "thanks": [
            {
                "nps_class": page.nps_class,
                "segment": None,
                "step": "contact" if page.nps_class == "detractor" else "",
                "code": "",
                "url": "",
                "review_url": "",
                "texts": page.texts,
            }
            for page in pages
        ],
        "mail": {
            language: {name: texts.get(name, "") for name in MAIL_FIELDS}
            for language, texts in survey.mail_texts.items()
        },
    }


class Migration(migrations.Migration):
    dependencies = [("surveys", "0005_survey_versions")]

    operations = [migrations.RunPython(gather, migrations.RunPython.noop)]
