"""What colleagues fill in about whoever answered without an invitation."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class VisitorForm(forms.Form):
    """The person is known by what they left to be reached by."""

    address = forms.CharField(
        label=_("E-mail or telephone"), max_length=254, help_text=_("As it stands with the answer.")
    )
