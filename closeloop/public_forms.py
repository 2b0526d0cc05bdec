"""What a customer or a guest may send from their page of a case."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from closeloop.actions.outside import VERDICTS
from responses.public_forms import CommentField


class WordsForm(forms.Form):
    """A few lines to whoever looks after the case."""

    text = CommentField(error_messages={"required": _("There is nothing written yet.")})


class VerdictForm(forms.Form):
    """Is it solved?"""

    verdict = forms.ChoiceField(choices=[(verdict, verdict) for verdict in VERDICTS])


class HandlingForm(forms.Form):
    """How the case was handled: 1 to 5, and why."""

    handling = forms.TypedChoiceField(
        choices=[(str(n), str(n)) for n in range(1, 6)],
        coerce=int,
        error_messages={"required": _("Choose a number from 1 to 5.")},
    )
    why = CommentField(required=False)
