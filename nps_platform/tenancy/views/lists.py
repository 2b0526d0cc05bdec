"""One pattern for settings that are a list: a page that lists and adds, one that changes, an address that takes away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise

from nps_platform.tenancy.access import OrganizationRequest, organization_view
from nps_platform.tenancy.forms.refusals import refused
from nps_platform.tenancy.models import Membership
from nps_platform.tenancy.roles import Right

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class SettingsList:
    """`name` and `names` are routes, templates below `settings/`, and what a template calls the row.

    `form` answers a form for a row, or for a new one (None). The actions take what the form cleaned and `by`; what they
    refuse (ValidationError) is said at its field. `stays` says why a row can't be taken away now, "" where it can; its page
    then says so in place of the button. `added`, `changed` and `gone` are sentences with %(name)s.
    """

    model: type[models.Model]
    name: str
    names: str
    form: Callable[[OrganizationRequest, Any], forms.BaseForm]
    rows: Callable[[], Mapping[str, Any]]
    add: Callable[..., Any]
    change: Callable[..., Any]
    delete: Callable[..., None]
    stays: Callable[[Any], str]
    added: str | Promise
    changed: str | Promise
    gone: str | Promise

    def listed(self) -> View:
        """The list, and a form below it for one more."""

        @organization_view(Right.SETTINGS, methods=("GET", "HEAD", "POST"))
        def view(request: OrganizationRequest) -> HttpResponse:
            form = self.form(request, None)
            if request.method == "POST" and form.is_valid():
                made = self._tried(form, lambda by: self.add(**form.cleaned_data, by=by), request)
                if made is not None:
                    return self._done(request, self.added, made.name)
            page = {"form": form, "here": self.names, **self.rows()}
            return render(request, f"settings/{self.names}.html", page)

        return view

    def one(self) -> View:
        """A row's own page."""

        @organization_view(Right.SETTINGS, methods=("GET", "HEAD", "POST"))
        def view(request: OrganizationRequest, pk: int) -> HttpResponse:
            found = self._find(pk)
            form = self.form(request, self._find(pk))
            if request.method == "POST" and form.is_valid():
                saved = self._tried(form, lambda by: self.change(found, **form.cleaned_data, by=by), request)
                if saved is not None:
                    return self._done(request, self.changed, saved.name)
            page = {"form": form, self.name: found, "here": self.names, "stays": self.stays(found)}
            return render(request, f"settings/{self.name}.html", page)

        return view

    def deleted(self) -> View:
        """Takes a row away, or says why it has to stay."""

        @organization_view(Right.SETTINGS, methods=("POST",))
        def view(request: OrganizationRequest, pk: int) -> HttpResponse:
            found = self._find(pk)
            try:
                self.delete(found, by=request.membership)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
                return redirect(self.name, request.organization.slug, pk)
            return self._done(request, self.gone, found.name)

        return view

    def _find(self, pk: int) -> Any:
        return get_object_or_404(self.model._default_manager, pk=pk)

    def _tried(
        self, form: forms.BaseForm, act: Callable[[Membership], Any], request: OrganizationRequest
    ) -> Any | None:
        """What the action answers; None where it refused, and then the form says why."""
        try:
            return act(request.membership)
        except ValidationError as error:
            refused(form, error)
            return None

    def _done(self, request: OrganizationRequest, sentence: str | Promise, name: str) -> HttpResponse:
        messages.success(request, str(sentence) % {"name": name})
        return redirect(self.names, request.organization.slug)
