import unicodedata
from itertools import pairwise
from typing import Any

from django.db import migrations


def _marks() -> str:
    """Every combining character, as a regular expression's class."""
    marks = [code for code in range(0x110000) if unicodedata.combining(chr(code))]
    begins = [marks[0], *(here for before, here in pairwise(marks) if here != before + 1)]
    ends = [*(before for before, here in pairwise(marks) if here != before + 1), marks[-1]]
    return "".join(f"\\U{first:08X}-\\U{last:08X}" for first, last in zip(begins, ends, strict=True))


# What `lib.words.fold` does, in SQL. It needs no extension: `unaccent` is not immutable and `pg_trgm` of no use here, since
# behind row-level security PostgreSQL uses no index for LIKE. Plain ASCII takes the short way.
FUNCTION = f"""
CREATE OR REPLACE FUNCTION circulo_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
    SELECT CASE WHEN octet_length(said) = char_length(said) THEN lower(said) ELSE
        replace(replace(lower(regexp_replace(normalize(said, NFKD), '[{_marks()}]', '', 'g')), 'ß', 'ss'), 'ς', 'σ') END
$body$
"""


def create(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION circulo_folded")


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0003_time_zones_and_account_quarantine")]

    operations = [migrations.RunPython(create, drop)]
