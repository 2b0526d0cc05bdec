"""The design system's tags: each hands one piece of templates/ui/ what it draws. docs/design.md shows how they compose.

Numbers arrive raw and are laid out here; formatting for people is the templates' business (filters of circulo.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext_lazy

from nps_platform.tenancy.links import Choice

register = template.Library()

CLASS_NAMES = {
    "promoter": pgettext_lazy("answer class", "Promoter"),
    "passive": pgettext_lazy("answer class", "Passive"),
    "detractor": pgettext_lazy("answer class", "Detractor"),
    "silent": pgettext_lazy("answer class", "Silent"),
    "unmatched": pgettext_lazy("answer class", "Unmatched"),
}
CLASS_PLURALS = {
    "promoter": pgettext_lazy("answer class", "Promoters"),
    "passive": pgettext_lazy("answer class", "Passives"),
    "detractor": pgettext_lazy("answer class", "Detractors"),
    "silent": pgettext_lazy("answer class", "Silent customers"),
    "unmatched": pgettext_lazy("answer class", "Unmatched"),
}
BASES = {
    "observed": pgettext_lazy("what a number rests on", "observed"),
    "estimated": pgettext_lazy("what a number rests on", "estimated"),
    "assumed": pgettext_lazy("what a number rests on", "assumed"),
}
VERDICTS = {
    "up": pgettext_lazy("verdict on a score", "rose"),
    "down": pgettext_lazy("verdict on a score", "fell"),
    "flat": pgettext_lazy("verdict on a score", "no demonstrable change"),
    "wait": pgettext_lazy("verdict on a score", "few responses"),
}
# In a sentence: a word that is a control, and the stop or comma after it.
TOKEN_AND_STOP = re.compile(
    r'(<select\b[^>]*>(?:(?!</select>).)*</select>|<input\b[^>]*>|<span class="token-fixed">[^<]*</span>)([.,;:])', re.S
)
CONTROLS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "checkbox"),
    (forms.CheckboxInput, "checkbox"),
    (forms.RadioSelect, "radio"),
    (forms.FileInput, "file-input w-full"),
    (forms.Select, "select w-full"),
    (forms.Textarea, "textarea w-full"),
    (forms.Widget, "input w-full"),
)


def class_of(score: int | None) -> str:
    """The class of a 0–10 answer (METHOD §1); no answer is silent."""
    if score is None:
        return "silent"
    if score >= 9:
        return "promoter"
    return "passive" if score >= 7 else "detractor"


def share(value: float, total: float) -> str:
    """A CSS percentage, never localised, kept inside the drawing."""
    return f"{min(max(100 * value / total, 0), 100):.2f}%" if total else "0%"


# --- forms -----------------------------------------------------------------------------------------------------------
def dress(bound: BoundField, css: str = "") -> str:
    """Gives the field's widget its control class and tells the template its kind."""
    widget = bound.field.widget
    control = next(name for kind, name in CONTROLS if isinstance(widget, kind))
    worn = widget.attrs.get("class", "")
    widget.attrs["class"] = " ".join(dict.fromkeys(f"{worn} {css or control}".split()))
    if isinstance(widget, forms.DateInput) and widget.attrs.get("type", widget.input_type) == "date":
        widget.format = widget.format or "%Y-%m-%d"  # browsers' date fields read nothing else
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return "choices"
    return "check" if isinstance(widget, forms.CheckboxInput) else "control"


@register.inclusion_tag("ui/field.html")
def field(
    bound: BoundField,
    *,
    label: str = "",
    hint: str = "",
    placeholder: str | None = None,
    counter: int = 0,
    wide: bool = False,
    row: bool = False,
) -> dict[str, Any]:
    """A form field with label, hint, counter and errors. `wide` spans a two-column form; `row` lays choices in a line."""
    kind = dress(bound)
    if placeholder is not None:
        bound.field.widget.attrs["placeholder"] = placeholder
    if counter or isinstance(bound.field.widget, forms.Textarea):
        counter = counter or getattr(bound.field, "max_length", None) or 0
    return {
        "field": bound,
        "kind": kind,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "counter": counter,
        "typed": len(str(bound.value() or "")),
        "wide": wide,
        "row": row,
    }


@register.simple_tag
def token(bound: BoundField, *, label: str = "") -> SafeString:
    """A control that stands as a word inside a sentence; its label is heard, not seen."""
    dress(bound, css="token")
    bound.field.widget.attrs.setdefault("aria-label", label or bound.label)
    return _inline("ui/token.html", field=bound)


@register.simple_block_tag(end_name="endsentence")
def sentence(content: str) -> SafeString:
    """A sentence whose words are controls; its stops and commas never begin a line."""
    held = TOKEN_AND_STOP.sub(r'<span class="whitespace-nowrap">\1\2</span>', content)
    return mark_safe(f'<p class="sentence">{held}</p>')  # noqa: S308  # the template escapes


@register.inclusion_tag("ui/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    """The summary above a form that came back: focused, with a link to each field. Nothing where all is well."""
    return {"form": form, "wrong": [bound for bound in form if bound.errors]}


# --- labels ----------------------------------------------------------------------------------------------------------
@register.simple_tag(name="cls")
def class_badge(kind: str, label: str = "") -> SafeString:
    """▲ Promoter, ● Passive, ▼ Detractor, ○ Silent as a tinted badge."""
    return _inline("ui/class_badge.html", kind=kind, label=label or CLASS_NAMES[kind])


@register.simple_tag
def shape(kind: str, text: object = "") -> SafeString:
    """The class's shape before a word or a figure; the plural class name where no text is given."""
    return format_html('<span class="shape is-{}">{}</span>', kind, CLASS_PLURALS[kind] if text == "" else text)


@register.simple_tag
def score(value: int | None, *, small: bool = False) -> SafeString:
    """The chip with a person's 0–10 answer, tinted by its class."""
    kind = class_of(value)
    return _inline("ui/score.html", value=value, kind=kind, name=CLASS_NAMES[kind], small=small)


@register.simple_tag
def tag(text: str, tone: str = "") -> SafeString:
    """A state in a word. Tones: ok, warn, err, info; none is neutral."""
    return format_html('<span class="tag{}">{}</span>', f" tag-{tone}" if tone else "", text)


@register.simple_tag
def basis(kind: str, text: str = "") -> SafeString:
    """What a number rests on: observed (solid), estimated (thin) or assumed (dashed)."""
    return format_html('<span class="basis basis-{}">{}</span>', kind, text or BASES[kind])


@register.simple_tag
def verdict(kind: str, text: str = "") -> SafeString:
    """The word before the number. Kinds: up, down, flat (interval includes 0), wait (too few responses)."""
    return format_html('<span class="verdict verdict-{}">{}</span>', kind, text or VERDICTS[kind])


# --- figures ---------------------------------------------------------------------------------------------------------
@register.inclusion_tag("ui/distribution.html")
def distribution(
    promoter: float, passive: float, detractor: float, *, silent: float = 0, unmatched: float = 0, key: bool = False
) -> dict[str, Any]:
    """A bar whose parts are the classes; with `key`, their counts in words below."""
    counts = {
        "promoter": promoter,
        "passive": passive,
        "detractor": detractor,
        "silent": silent,
        "unmatched": unmatched,
    }
    shown = [(kind, CLASS_PLURALS[kind], n) for kind, n in counts.items() if n]
    parts = [{"kind": kind, "name": name, "count": n, "flex": f"{n:.4f}"} for kind, name, n in shown]
    return {"parts": parts, "key": key}


@register.inclusion_tag("ui/meter.html")
def meter(value: float, total: float = 100, *, label: str = "", text: str = "", kind: str = "") -> dict[str, Any]:
    """A bar from zero: label left, text right, `value` of `total`. `kind` colours it by class."""
    return {"part": share(value, total), "label": label, "text": text, "kind": kind}


@register.simple_tag
def in_bar(value: float, total: float, kind: str = "") -> SafeString:
    """The thin bar under a table's number; it starts at zero and shares `total` with its column."""
    css = f" is-{kind}" if kind else ""
    return format_html('<span class="in-bar{}" style="--part:{}"></span>', css, share(value, total))


@register.inclusion_tag("ui/whisker.html")
def whisker(
    value: float | None,
    low: float | None,
    high: float | None,
    *,
    label: str,
    bottom: float = -100,
    top: float = 100,
    kind: str = "",
    assumed: bool = False,
    few: bool = False,
) -> dict[str, Any]:
    """An estimate with its 95 % interval on a scale from `bottom` to `top` that rows share. `label` says it in words."""
    if value is None or low is None or high is None:
        return {"empty": True}
    at = {name: share(x - bottom, top - bottom) for name, x in (("at", value), ("low", low), ("high", high))}
    zero = share(-bottom, top - bottom) if bottom <= 0 <= top else ""
    return at | {"zero": zero, "label": label, "kind": kind, "assumed": assumed, "few": few}


@register.inclusion_tag("ui/progress.html")
def progress(done: int, total: int, *, label: str, remaining: str = "", note: str = "") -> dict[str, Any]:
    """Long work: what is done, of how much, how long is left, and that leaving is safe (`note`)."""
    percent = min(int(100 * done / total), 100) if total else 0
    return {
        "done": done,
        "total": total,
        "percent": percent,
        "fraction": percent / 100,
        "part": share(done, total),
        "label": label,
        "remaining": remaining,
        "note": note,
    }


@register.inclusion_tag("ui/stat.html")
def stat(
    label: str, value: object, *, note: str = "", pm: str = "", basis: str = "", url: str = "", tone: str = ""
) -> dict[str, Any]:
    """A figure with its name, for `<div class="stats">`. `pm` is the margin beside it, `basis` what it rests on."""
    return {"label": label, "value": value, "note": note, "pm": pm, "basis": basis, "url": url, "tone": tone}


@register.inclusion_tag("ui/chart.html")
def chart(drawing: Any, *, height: str = "", level: int = 2) -> dict[str, Any]:
    """A Plotly figure with its finding as title and a table twin. `drawing` has the attributes listed in ui/chart.html."""
    return {
        "chart": drawing,
        "json_id": f"{drawing.id}-data",
        "height": height or getattr(drawing, "height", ""),
        "level": level,
    }


# --- moving around ---------------------------------------------------------------------------------------------------
@register.inclusion_tag("ui/tabs.html")
def tabs(items: Iterable[Choice], label: str) -> dict[str, Any]:
    """Links drawn as tabs."""
    return {"items": items, "label": label}


@register.inclusion_tag("ui/chips.html")
def chips(items: Iterable[Choice], label: str, *, clear_url: str = "") -> dict[str, Any]:
    """Filters as links."""
    return {"items": items, "label": label, "clear_url": clear_url}


@register.inclusion_tag("ui/steps.html")
def steps(names: Sequence[str], now: int) -> dict[str, Any]:
    """Where one stands in a wizard; `now` counts from 1, past the last when all is done."""
    states = [(number, name, number < now, number == now) for number, name in enumerate(names, start=1)]
    return {"steps": [{"number": n, "name": name, "done": done, "now": here} for n, name, done, here in states]}


@register.inclusion_tag("ui/pagination.html")
def pagination(*, previous_url: str = "", next_url: str = "", text: str = "") -> dict[str, Any]:
    """Keyset pages: before and after; `text` says how much is shown."""
    return {"previous_url": previous_url, "next_url": next_url, "text": text}


@register.inclusion_tag("ui/empty.html")
def empty(
    title: str, text: str = "", *, icon: str = "inbox", url: str = "", action: str = "", primary: bool = False
) -> dict[str, Any]:
    """What will appear here, why nothing does, and the one next step."""
    return {"title": title, "text": text, "icon": icon, "url": url, "action": action, "primary": primary}


# --- blocks ----------------------------------------------------------------------------------------------------------
@register.simple_block_tag(takes_context=True, end_name="endpanel")
def panel(context: template.Context, content: str, title: str, note: object = "", *, flush: bool = False) -> SafeString:
    """{% panel "Title" note="beside it" %}…{% endpanel %}; `flush` for tables and rows that bring their own padding."""
    return _draw(context, "ui/panel.html", content=content, title=title, note=note, flush=flush)


@register.simple_block_tag(takes_context=True, end_name="endmenu")
def menu(
    context: template.Context, content: str, label: str, *, icon: str = "chevron-down", css: str = "btn btn-line"
) -> SafeString:
    """{% menu "More" %}<a href="…">…</a>{% endmenu %}: a <details> that works without script."""
    return _draw(context, "ui/menu.html", content=content, label=label, icon=icon, css=css)


@register.simple_block_tag(takes_context=True, end_name="enddialog")
def dialog(context: template.Context, content: str, id: str, title: str, *, wide: bool = False) -> SafeString:  # noqa: A002
    """{% dialog "assign" _("Assign to…") %}…{% enddialog %}, opened by any <button data-dialog="assign">."""
    return _draw(context, "ui/dialog.html", content=content, id=id, title=title, wide=wide)


def _inline(template_name: str, /, **values: object) -> SafeString:
    """A piece that stands inside a line: no white space around it, a comma may follow."""
    return mark_safe(render_to_string(template_name, values).strip())  # noqa: S308  # the template escapes


def _draw(context: template.Context, template_name: str, /, **values: object) -> SafeString:
    """Renders a block's template with the page's own context around it."""
    engine = context.template.engine if context.template else template.Engine.get_default()
    with context.push(**values):
        return engine.get_template(template_name).render(context)
