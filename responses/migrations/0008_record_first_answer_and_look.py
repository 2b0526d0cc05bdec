from typing import Any

from django.db import migrations

# `record_first_answer`, and beside it whether `owed` (a kind of `tenancy.Due`) already says that answers wait: asked in the
# same call, not after the commit. Whoever takes that word back must therefore wait for the answers that count on it before
# looking for them (`responses.recording.wait_for_answers`): that is what the lock is for. It is shared, so answers never
# wait for one another, and taken before the look, since each statement in here sees what was committed when it began.
FUNCTION = """
CREATE FUNCTION record_first_answer_and_look(
    company bigint, invited bigint, said_score smallint, said_class varchar, said_comment text, said_contact boolean,
    said_language varchar, now_at timestamptz, owed varchar
) RETURNS TABLE (response_id bigint, spoken varchar, asked_in varchar, told boolean) LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended(owed, company));
    RETURN QUERY
        SELECT first.response_id, first.spoken, first.asked_in, EXISTS (
            SELECT 1 FROM tenancy_due d WHERE d.organization_id = company AND d.kind = owed AND d.due_at <= now_at
        )
        FROM record_first_answer(
            company, invited, said_score, said_class, said_comment, said_contact, said_language, now_at
        ) first;
END
$body$
"""


def create(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION record_first_answer_and_look")


class Migration(migrations.Migration):
    dependencies = [("responses", "0007_what_was_begun")]

    operations = [migrations.RunPython(create, drop)]
