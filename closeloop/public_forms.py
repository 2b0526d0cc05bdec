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
