"""Founding an organisation, joining one, and one's own settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from nps_platform.tenancy.models import Language, Organization, User
from nps_platform.tenancy.places import countries, currencies, currency_of, time_zone_of, time_zones

WORDS = RegexValidator(r"\w", gettext_lazy("Write at least one letter or digit."))


class FoundingForm(forms.Form):
    """A new organisation: what it is called, where it is, which language it speaks."""

    person_name = forms.CharField(label=gettext_lazy("Your name"), max_length=120, validators=[WORDS])
    name = forms.CharField(label=gettext_lazy("Company name"), max_length=120, validators=[WORDS])
    programme_name = forms.CharField(
        label=gettext_lazy("Programme name"),
        max_length=80,
        required=False,
        help_text=gettext_lazy(
            "What customers see as the sender, such as “Your Voice”. The company's name if left empty."
        ),
    )
    slug = forms.SlugField(
        label=gettext_lazy("Address"),
        max_length=40,
        required=False,
        help_text=gettext_lazy(
            "Small letters, digits and hyphens; made from the name if left empty. It stays as it is."
        ),
        error_messages={"invalid": gettext_lazy("Use only letters without accents, digits and hyphens.")},
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"))
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    timezone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=Language, help_text=gettext_lazy("Everybody can choose their own.")
    )

    def __init__(self, *args: Any, person: User, country: str = "", **kwargs: Any) -> None:
        country = country if country in dict(countries()) else "ES"
        usual = {"currency": currency_of(country), "timezone": time_zone_of(country), "language": get_language()}
        kwargs["initial"] = {"country": country, **usual, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self._choose("country", countries())
        self._choose("currency", currencies())
        self._choose("timezone", time_zones())
        if person.name:
            del self.fields["person_name"]

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        if slug and Organization.objects.filter(slug=slug).exists():
            raise ValidationError(_("This address is taken."))
        return slug

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "slug" in cleaned and not cleaned["slug"]:
            cleaned["slug"] = free_slug(cleaned.get("name", ""))
        return cleaned


def free_slug(name: str) -> str:
    """An address made of the name that nobody has yet."""
    wish = slugify(name)[:36].strip("-") or "empresa"
    taken = set(Organization.objects.filter(slug__startswith=wish).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := wish if n == 1 else f"{wish}-{n}") not in taken)


class JoinForm(forms.Form):
    """A colleague without an account yet."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        validators=[WORDS],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least ten characters."),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password


class MeForm(forms.ModelForm):
    """A person's own name and language."""

    class Meta:
        model = User
        fields = ["name", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = [("", _("Each organisation's own")), *Language.choices]
