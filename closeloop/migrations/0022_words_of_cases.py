from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from nps_platform.tenancy.rls import RowSecurity
from nps_platform.tenancy.scope import entered

# The column compares by bytes, so that a range of it is what begins alike; its key serves the search.
WORDS = r"""
ALTER TABLE closeloop_caseword ALTER COLUMN word TYPE varchar(40) COLLATE "C";

CREATE FUNCTION closeloop_words(folded text) RETURNS SETOF text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
    SELECT DISTINCT left(word, 40) COLLATE "C" FROM regexp_split_to_table(folded, '[\s!-/:-@\[-`{-~¡¿«»“”‘’„–—·•]+') AS word
    WHERE char_length(word) > 1 ORDER BY 1
$body$;

CREATE FUNCTION closeloop_index_cases(wanted bigint[]) RETURNS void LANGUAGE sql AS $body$
    DELETE FROM closeloop_caseword WHERE case_id = ANY(wanted);
    INSERT INTO closeloop_caseword (organization_id, case_id, word)
    SELECT held.organization_id, held.id, said.word FROM closeloop_case held
    JOIN responses_response answer ON answer.id = held.response_id
    LEFT JOIN customers_customer customer ON customer.id = held.customer_id
    LEFT JOIN customers_account account ON account.id = held.account_id
    CROSS JOIN LATERAL closeloop_words(concat_ws(E'\n', answer.folded, answer.visitor_folded, customer.folded, account.folded,
        (SELECT string_agg(event.folded, E'\n') FROM closeloop_caseevent event WHERE event.case_id = held.id))) AS said(word)
    WHERE held.id = ANY(wanted)
    ON CONFLICT DO NOTHING;
$body$;

CREATE FUNCTION closeloop_event_words() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM closeloop_index_cases(ARRAY[NEW.case_id]);
    ELSE
        INSERT INTO closeloop_caseword (organization_id, case_id, word)
        SELECT NEW.organization_id, NEW.case_id, said.word FROM closeloop_words(NEW.folded) AS said(word) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $body$;

CREATE FUNCTION closeloop_case_words() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM closeloop_index_cases(ARRAY[NEW.id]);
    RETURN NULL;
END $body$;

CREATE FUNCTION closeloop_answer_words() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM closeloop_index_cases(ARRAY(SELECT id FROM closeloop_case WHERE response_id = NEW.id));
    RETURN NULL;
END $body$;

CREATE FUNCTION closeloop_customer_words() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM closeloop_index_cases(ARRAY(SELECT id FROM closeloop_case WHERE customer_id = NEW.id));
    RETURN NULL;
END $body$;

CREATE FUNCTION closeloop_account_words() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM closeloop_index_cases(ARRAY(SELECT id FROM closeloop_case WHERE account_id = NEW.id));
    RETURN NULL;
END $body$;

CREATE TRIGGER closeloop_words_of_event AFTER INSERT ON closeloop_caseevent
    FOR EACH ROW WHEN (NEW.text <> '') EXECUTE FUNCTION closeloop_event_words();
CREATE TRIGGER closeloop_words_of_event_anew AFTER UPDATE OF text ON closeloop_caseevent
    FOR EACH ROW WHEN (OLD.text IS DISTINCT FROM NEW.text) EXECUTE FUNCTION closeloop_event_words();
CREATE TRIGGER closeloop_words_of_case AFTER INSERT ON closeloop_case
    FOR EACH ROW EXECUTE FUNCTION closeloop_case_words();
CREATE TRIGGER closeloop_words_of_case_anew AFTER UPDATE OF customer_id, account_id ON closeloop_case
    FOR EACH ROW WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id OR OLD.account_id IS DISTINCT FROM NEW.account_id)
    EXECUTE FUNCTION closeloop_case_words();
CREATE TRIGGER closeloop_words_of_answer AFTER UPDATE OF comment, visitor_name, visitor_address, receipt ON responses_response
    FOR EACH ROW WHEN (OLD.folded IS DISTINCT FROM NEW.folded OR OLD.visitor_folded IS DISTINCT FROM NEW.visitor_folded)
    EXECUTE FUNCTION closeloop_answer_words();
CREATE TRIGGER closeloop_words_of_customer AFTER UPDATE OF name, email, external_id ON customers_customer
    FOR EACH ROW WHEN (OLD.folded IS DISTINCT FROM NEW.folded) EXECUTE FUNCTION closeloop_customer_words();
CREATE TRIGGER closeloop_words_of_account AFTER UPDATE OF name, external_id ON customers_account
    FOR EACH ROW WHEN (OLD.folded IS DISTINCT FROM NEW.folded) EXECUTE FUNCTION closeloop_account_words();
"""
NO_WORDS = """
DROP TRIGGER closeloop_words_of_account ON customers_account;
DROP TRIGGER closeloop_words_of_customer ON customers_customer;
DROP TRIGGER closeloop_words_of_answer ON responses_response;
DROP TRIGGER closeloop_words_of_case_anew ON closeloop_case;
DROP TRIGGER closeloop_words_of_case ON closeloop_case;
DROP TRIGGER closeloop_words_of_event_anew ON closeloop_caseevent;
DROP TRIGGER closeloop_words_of_event ON closeloop_caseevent;
DROP FUNCTION closeloop_account_words(), closeloop_customer_words(), closeloop_answer_words(), closeloop_case_words(),
    closeloop_event_words(), closeloop_index_cases(bigint[]), closeloop_words(text);
"""
EACH = """
SELECT closeloop_index_cases(ARRAY(SELECT id FROM closeloop_case WHERE organization_id = %s))
"""


def create(apps: Any, schema_editor: Any) -> None:
    """The triggers, and the words of the cases there are. The wall binds migrations too: each organisation is entered."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(WORDS, None)
    for organization in apps.get_model("tenancy", "Organization").objects.all():
        with entered(organization), schema_editor.connection.cursor() as cursor:
            cursor.execute(EACH, [organization.pk])


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(NO_WORDS, None)


class Migration(migrations.Migration):
    dependencies = [
        ("closeloop", "0021_folders_and_reminders"),
        ("customers", "0007_customer_by_mobile"),
        ("responses", "0010_visitors_found"),
        ("tenancy", "0005_address_vos"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseWord",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "word", "case_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
                ("word", models.CharField(max_length=40)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="words", to="closeloop.case"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        RowSecurity("CaseWord"),
        migrations.RunPython(create, drop),
    ]
