from importlib import import_module
from typing import Any

from django.db import migrations

# As in 0005, with the channel by which the person was asked.
FUNCTION = """
CREATE OR REPLACE FUNCTION record_first_answer(
    company bigint, invited bigint, said_score smallint, said_class varchar, said_comment text, said_contact boolean,
    said_language varchar, now_at timestamptz
) RETURNS TABLE (response_id bigint, spoken varchar, asked_in varchar) LANGUAGE plpgsql AS $body$
DECLARE
    asked surveys_invitation;
    person customers_customer;
    survey surveys_survey;
    languages jsonb;
    stage bigint;
    unit bigint;
BEGIN
    SELECT * INTO asked FROM surveys_invitation
    WHERE id = invited AND organization_id = company AND answered_at IS NULL
        AND state NOT IN ('skipped', 'closed') AND (expires_at IS NULL OR expires_at > now_at);
    IF NOT FOUND THEN RETURN; END IF;
    SELECT * INTO person FROM customers_customer
    WHERE id = asked.customer_id AND organization_id = company AND erased_at IS NULL;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT * INTO survey FROM surveys_survey WHERE id = asked.survey_id AND organization_id = company;
    IF NOT FOUND THEN RETURN; END IF;

    SELECT v.content -> 'languages' INTO languages FROM surveys_surveyversion v
    WHERE v.id = COALESCE(asked.version_id, survey.published_id) AND v.organization_id = company;
    languages := COALESCE(languages, survey.draft -> 'languages', '[]'::jsonb);

    -- The claim: of many at once, one gets past it.
    UPDATE surveys_invitation SET state = 'answered', answered_at = now_at
    WHERE id = invited AND organization_id = company AND answered_at IS NULL AND state NOT IN ('skipped', 'closed');
    IF NOT FOUND THEN RETURN; END IF;
    UPDATE messaging_message SET state = 'cancelled'
    WHERE organization_id = company AND kind IN ('invitation', 'reminder') AND source_id = invited
        AND state IN ('queued', 'held', 'claimed');

    stage := survey.stage_id;
    IF stage IS NULL AND survey.touchpoint_id IS NOT NULL THEN
        SELECT t.stage_id INTO stage FROM surveys_touchpoint t WHERE t.id = survey.touchpoint_id;
    END IF;
    unit := person.unit_id;
    IF unit IS NULL AND person.account_id IS NOT NULL THEN
        SELECT a.unit_id INTO unit FROM customers_account a WHERE a.id = person.account_id;
    END IF;
    asked_in := asked.language;
    spoken := CASE WHEN languages ? said_language THEN said_language
        WHEN languages ? asked_in THEN asked_in ELSE COALESCE(languages ->> 0, 'en') END;
    INSERT INTO responses_response (
        organization_id, survey_id, version_id, kind, invitation_id, customer_id, account_id, unit_id, stage_id,
        touchpoint_id, score, nps_class, comment, wants_contact, language, channel, answered_at, recorded_at
    ) VALUES (
        company, survey.id, COALESCE(asked.version_id, survey.published_id), survey.kind, invited, person.id,
        person.account_id, unit, stage, survey.touchpoint_id, said_score, said_class, said_comment,
        said_contact, spoken, asked.channel, now_at, now_at
    ) RETURNING id INTO response_id;
    RETURN NEXT;
END
$body$
"""


def create(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)


def put_back(apps: Any, schema_editor: Any) -> None:
    import_module("responses.migrations.0005_first_answer_keeps_its_version").create(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("responses", "0010_visitors_found"), ("surveys", "0014_programmes_by_text")]

    operations = [migrations.RunPython(create, put_back)]
