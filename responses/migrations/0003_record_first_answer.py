from typing import Any

from django.db import migrations

# What `surveys.invitations.mark_answered` and `responses.actions.record_response` write for a first answer to an open
# invitation, as one statement (responses/recording.py calls it). Plans are kept per connection. The caller's rights and
# the organisation wall hold inside; `company` is asked for as well, since superusers pass through the wall.
FUNCTION = """
CREATE OR REPLACE FUNCTION record_first_answer(
    company bigint, invited bigint, said_score smallint, said_class varchar, said_comment text, said_contact boolean,
    said_language varchar, now_at timestamptz
) RETURNS TABLE (response_id bigint, spoken varchar, asked_in varchar) LANGUAGE plpgsql AS $body$
DECLARE
    asked record;
BEGIN
    UPDATE surveys_invitation i SET state = 'answered', answered_at = now_at
    FROM surveys_survey s LEFT JOIN surveys_touchpoint t ON t.id = s.touchpoint_id,
        customers_customer c LEFT JOIN customers_account a ON a.id = c.account_id
    WHERE i.id = invited AND i.organization_id = company AND i.answered_at IS NULL
        AND i.state NOT IN ('skipped', 'closed') AND (i.expires_at IS NULL OR i.expires_at > now_at)
        AND s.id = i.survey_id AND s.organization_id = company
        AND c.id = i.customer_id AND c.organization_id = company AND c.erased_at IS NULL
    RETURNING s.id AS survey_id, s.kind, s.touchpoint_id, COALESCE(s.stage_id, t.stage_id) AS stage_id,
        c.id AS customer_id, c.account_id, COALESCE(c.unit_id, a.unit_id) AS unit_id, i.language,
        CASE WHEN s.languages ? said_language THEN said_language WHEN s.languages ? i.language THEN i.language
            ELSE COALESCE(s.languages ->> 0, 'en') END AS spoken
    INTO asked;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    UPDATE messaging_message SET state = 'cancelled'
    WHERE organization_id = company AND kind IN ('invitation', 'reminder') AND source_id = invited
        AND state IN ('queued', 'held', 'claimed');
    RETURN QUERY
    INSERT INTO responses_response (
        organization_id, survey_id, kind, invitation_id, customer_id, account_id, unit_id, stage_id, touchpoint_id,
        score, nps_class, comment, wants_contact, language, channel, answered_at, recorded_at
    ) VALUES (
        company, asked.survey_id, asked.kind, invited, asked.customer_id, asked.account_id, asked.unit_id,
        asked.stage_id, asked.touchpoint_id, said_score, said_class, said_comment, said_contact, asked.spoken, 'email',
        now_at, now_at
    ) RETURNING id, asked.spoken::varchar, asked.language::varchar;
END
$body$
"""


def create(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION record_first_answer")


class Migration(migrations.Migration):
    dependencies = [
        ("responses", "0002_row_security"),
        ("surveys", "0002_row_security"),
        ("messaging", "0002_row_security"),
        ("customers", "0002_row_security"),
    ]

    operations = [migrations.RunPython(create, drop)]
