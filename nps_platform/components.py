"""The design system on one page (DEBUG only): every piece in its states, with made-up data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from nps_platform.tenancy.links import Choice

MONTHS = ["oct", "nov", "dec", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct "]
SCORES = [24, 25, 23, 26, 27, 25, 28, 27, 30, 28, 27, 29, 31]
COUNTS = [38, 14, 22, 27, 31, 71, 93, 158, 224, 291, 443]


@dataclass(frozen=True)
class Drawing:
    """What ui/chart.html draws; the rooms bring their own of the same shape."""

    id: str
    title: str
    subtitle: str
    figure: dict[str, Any]
    columns: list[str]
    rows: list[list[str]]
    csv_url: str = ""
    note: str = ""
    height: str = ""


@dataclass(frozen=True)
class Entry:
    """A line of the side navigation."""

    label: str
    icon: str
    current: bool = False
    count: int | None = None
    url: str = "#main"


@dataclass(frozen=True)
class Group:
    label: str
    items: list[Entry]


@dataclass(frozen=True)
class Company:
    pk: int
    name: str
    programme: str
    slug: str


@dataclass(frozen=True)
class Place:
    organization: Company
    job_title: str = ""


class SampleForm(forms.Form):
    """One field of each kind; the e-mail comes back wrong."""

    name = forms.CharField(label="Programme name")
    email = forms.EmailField(label="Owner's e-mail")
    question = forms.CharField(label="Question", widget=forms.Textarea(attrs={"rows": 2}), max_length=90)
    pause = forms.ChoiceField(
        label="Pause between surveys", choices=[("90", "90 days")], help_text="The organisation's minimum."
    )
    day = forms.DateField(
        label="Close date", widget=forms.DateInput(attrs={"type": "date"}), required=False, localize=False
    )
    limit = forms.IntegerField(label="At most", min_value=1, required=False)
    file = forms.FileField(label="File", required=False, help_text="CSV, at most 200 MB.")
    channel = forms.ChoiceField(label="Channel", choices=[("mail", "E-mail"), ("sms", "SMS")], widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(
        label="Days", choices=[("1", "Monday"), ("2", "Tuesday")], widget=forms.CheckboxSelectMultiple, required=False
    )
    open_case = forms.BooleanField(label="Open a case", help_text="First contact within 4 hours.", required=False)
    sample = forms.ChoiceField(label="Sample", choices=[("r", "a random sample"), ("a", "everybody")])
    size = forms.IntegerField(label="Size", initial=3000)
    audience = forms.ChoiceField(label="Audience", choices=[("f", "Fibre customers")])


def components(request: HttpRequest) -> HttpResponse:
    """GET only; nothing is read or written."""
    typed = {
        "name": "Relational fibre",
        "email": "bruno@andina",
        "question": "What went wrong with the installation? Tell us as it is.",
        "pause": "90",
        "channel": "mail",
        "days": ["1"],
        "open_case": "on",
        "sample": "r",
        "size": "3000",
        "audience": "f",
    }
    context = {
        "form": SampleForm(typed),
        "tab_items": [
            Choice("Open", "#main", True, 37),
            Choice("Resolved", "#main"),
            Choice("Ideas", "#main", count=0),
        ],
        "chip_items": [
            Choice("Mine", "#main", True, 12),
            Choice("Overdue", "#main", count=3),
            Choice("Installation", "#main", removable=True),
        ],
        "step_names": ["File", "Columns", "Dry run", "Import"],
        "line_chart": _line(),
        "bar_chart": _bars(),
    }
    context |= _frame()
    return render(request, "debug/components.html", context)


def _frame() -> dict[str, Any]:
    """The shell as somebody with two organisations sees it."""
    andina = Place(Company(1, "Andina Telecom", "Tu Voz", "andina"), "CX manager")
    otra = Place(Company(2, "Otra Energía", "Otra voz", "otra"))
    rooms = [
        Entry("Today", "home", current=True),
        Entry("Inbox", "inbox", count=37),
        Entry("Results", "chart-bar"),
        Entry("Value", "banknotes"),
        Entry("Comments", "chat-bubble-left", count=14),
    ]
    asking = [
        Entry("Journey", "map"),
        Entry("Surveys", "clipboard-document-list"),
        Entry("Programmes", "paper-airplane"),
        Entry("Customers", "users"),
    ]
    return {
        "navigation": [Group("", rooms), Group("Asking", asking)],
        "organization": andina.organization,
        "membership": andina,
        "memberships": [andina, otra],
        "person": "Alicia Robles",
    }


def _line() -> Drawing:
    low, high = [s - 4 for s in SCORES], [s + 4 for s in SCORES]
    band = {
        "type": "scatter",
        "mode": "lines",
        "x": MONTHS + MONTHS[::-1],
        "y": high + low[::-1],
        "fill": "toself",
        "fillcolor": "token:band",
        "line": {"width": 0},
        "hoverinfo": "skip",
    }
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": MONTHS,
        "y": SCORES,
        "line": {"color": "token:line", "width": 1.75},
        "marker": {
            "size": [8, *[4] * 11, 9],
            "color": ["token:panel", *["token:line"] * 11, "token:now"],
            "line": {"color": ["token:line"] * 12 + ["token:panel"], "width": [1.75, *[0] * 11, 1.5]},
        },
        "hovertemplate": "%{x}: %{y}<extra></extra>",
    }
    ends = [
        {
            "x": MONTHS[0],
            "y": 24,
            "text": "<b>24</b>",
            "yshift": 14,
            "showarrow": False,
            "font": {"color": "token:ink"},
        },
        {
            "x": MONTHS[-1],
            "y": 31,
            "text": "<b>31</b>",
            "xshift": 20,
            "showarrow": False,
            "font": {"color": "token:ink", "size": 13},
        },
    ]
    layout = {"yaxis": {"range": [10, 40]}, "xaxis": {"type": "category"}, "annotations": ends}
    return Drawing(
        id="sample-line",
        title="Customers recommend us more than a year ago",
        subtitle="Monthly NPS; band = 95 % interval; n = 1,412 in October",
        figure={"data": [band, line], "layout": layout, "narrow": {"layout": {"yaxis": {"nticks": 3}}}},
        columns=["Month", "NPS", "From", "To"],
        rows=[[m.strip(), str(s), str(a), str(b)] for m, s, a, b in zip(MONTHS, SCORES, low, high, strict=True)],
        csv_url="#main",
    )


def _bars() -> Drawing:
    colours = ["token:detractor"] * 7 + ["token:passive"] * 2 + ["token:promoter"] * 2
    bars = {
        "type": "bar",
        "x": [str(n) for n in range(11)],
        "y": COUNTS,
        "marker": {"color": colours},
        "text": COUNTS,
        "textposition": "outside",
        "textfont": {"color": "token:ink"},
        "cliponaxis": False,
        "hovertemplate": "%{x}: %{y}<extra></extra>",
    }
    layout = {"yaxis": {"visible": False}, "xaxis": {"type": "category", "nticks": 11}}
    return Drawing(
        id="sample-bars",
        title="Scores from 0 to 10",
        subtitle="October, n = 1,412",
        figure={"data": [bars], "layout": layout, "narrow": {"data": [{"textfont": {"size": 9}}]}},
        columns=["Score", "Answers"],
        rows=[[str(n), str(count)] for n, count in enumerate(COUNTS)],
        height="14rem",
    )
