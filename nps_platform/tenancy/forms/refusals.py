"""What an action refuses, said where the person typed it."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError


def refused(form: forms.BaseForm, error: ValidationError) -> None:
    """Put an action's refusal at its field, or above the form where the form hasn't got the field."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
