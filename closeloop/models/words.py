"""The words of each case, for searching behind PostgreSQL's wall (docs/decisions/0027)."""

from __future__ import annotations

from django.db import models

from closeloop.models.case import Case
from nps_platform.tenancy.scope import TenantModel

LONGEST_WORD = 40


class CaseWord(TenantModel):
    """One word, folded, that stands in a case: comment, notes and mails, customer, visitor or account.

    PostgreSQL's triggers write and take back these rows; on SQLite the table stays empty.
    """

    pk = models.CompositePrimaryKey("organization_id", "word", "case_id")
    organization = models.ForeignKey(
        "tenancy.Organization", on_delete=models.CASCADE, db_index=False, related_name="+", editable=False
    )
    word = models.CharField(max_length=LONGEST_WORD)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="words")

    def __str__(self) -> str:
        return self.word
