"""The guided order: the company first, then the stages, then the interactions, and why each comes when it does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.queries.journey import Ear, JourneyMap, Part, Point, Reading


class State(StrEnum):
    """One step at most is NOW: the first that is not done."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Link:
    """The one next step."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """One of the three. `reading` is the score it is about, `tone` the colour that its interval allows."""

    number: int
    title: str
    state: State
    text: str
    note: str = ""
    reading: Reading | None = None
    tone: str = ""
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What a step has to say before it is known whether its turn has come."""

    title: str
    done: bool
    text: str
    later: str = ""
    note: str = ""
    reading: Reading | None = None
    tone: str = ""
    link: Link | None = None


def guided_order(journey: JourneyMap, slug: str) -> list[Step]:
    """The three steps; a link only where something is to be done now."""
    steps: list[Step] = []
    turn = True
    for number, found in enumerate((_company(journey, slug), _stages(journey, slug), _points(journey, slug)), 1):
        state = State.DONE if turn and found.done else State.NOW if turn else State.LATER
        text = found.later if state == State.LATER and not found.done else found.text
        link = found.link if state == State.NOW else None
        steps.append(Step(number, found.title, state, text, found.note, found.reading, found.tone, link))
        turn = turn and found.done
    return steps


def _survey_link(slug: str, **place: int) -> Link:
    question = "".join(f"?{name}={pk}" for name, pk in place.items())
    return Link(_("Create a survey"), reverse("survey_new", args=[slug]) + question)


def _finish_link(slug: str, ear: Ear) -> Link:
    return Link(_("Finish it"), reverse("survey", args=[slug, ear.id]))


# --- the company -----------------------------------------------------------------------------------------------------
def _company(journey: JourneyMap, slug: str) -> _Found:
    title, reading, ears = _("Company"), journey.company, journey.company_ears
    if reading.hidden:
        return _Found(title, True, _("Too few answered to show the score."))
    if reading.score.n:
        few = _("Few answers yet: it says only roughly where you stand.")
        text = few if reading.score.few else _("The relational survey says where you stand, not why.")
        return _Found(title, True, text, reading=reading, tone="detractor" if reading.below_zero else "")
    if any(ear.listens for ear in ears):
        text = _("Nobody has answered in this period. Ask about the company before you go into detail.")
        if journey.filters.unit or journey.filters.segment:
            text = _("None of these customers has answered in this period: where they stand comes before why.")
        return _Found(title, False, text, link=Link(_("Ask a wave"), reverse("programmes", args=[slug])))
    if ears:
        text = _("“%(survey)s” is still a draft. Publish it first: the rest is measured against this score.")
        return _Found(title, False, text % {"survey": ears[0].name}, link=_finish_link(slug, ears[0]))
    text = _(
        "No relational survey yet: ask about the company first, so that you know where you stand before asking why."
    )
    return _Found(title, False, text, link=_survey_link(slug))


# --- stages and channels ---------------------------------------------------------------------------------------------
def _stages(journey: JourneyMap, slug: str) -> _Found:
    parts = journey.parts
    title = _("Stages and channels") if any(part.is_channel for part in parts) else _("Stages")
    later = _("After the company: surveys of a stage say where it hurts.")
    if not parts:
        link = Link(_("Draw the journey"), reverse("journey_edit", args=[slug]))
        return _Found(
            title, False, _("Draw the stages that customers go through, to see where it hurts."), later, link=link
        )
    missing = [part for part in parts if not part.covered]
    note = _("%(asked)s of %(all)s asked about") % {"asked": len(parts) - len(missing), "all": len(parts)}
    if not missing:
        return _lowest(title, parts, note)
    part = max(missing, key=lambda part: sum(point.importance for point in part.points))
    draft = next(iter(part.ears), None)
    if draft:
        text = _("“%(survey)s” would hear “%(stage)s”, but it is still a draft.")
        values = {"survey": draft.name, "stage": part.name}
        return _Found(title, False, text % values, later, note, link=_finish_link(slug, draft))
    text = _("“%(stage)s” comes next: of the stages that nobody asks about, it holds the most that matters.")
    return _Found(title, False, text % {"stage": part.name}, later, note, link=_survey_link(slug, stage=part.id))


def _lowest(title: str, parts: tuple[Part, ...], note: str) -> _Found:
    """All are asked about: which of them stands lowest, as far as the intervals tell."""
    scored = [part for part in parts if part.reading.score.nps is not None and not part.reading.score.few]
    if not scored:
        return _Found(title, True, _("All are asked about; the answers will say where it hurts."), note=note)
    low = min(scored, key=lambda part: part.reading.score.nps or 0.0)
    values = {"stage": low.name}
    if low.reading.below_zero:
        text = _("The lowest is “%(stage)s”: its whole interval lies below zero.") % values
    elif (low.reading.score.low or 0.0) < 0:
        text = _("The lowest is “%(stage)s”; its interval still touches zero.") % values
    else:
        text = _("The lowest is “%(stage)s”; no stage lies below zero.") % values
    return _Found(title, True, text, note=note, reading=low.reading, tone=low.tone)


# --- interactions ----------------------------------------------------------------------------------------------------
def _points(journey: JourneyMap, slug: str) -> _Found:
    title = _("Interactions")
    later = _("After the stages: surveys right after an interaction say why.")
    points = journey.points
    if not points:
        link = Link(_("Draw the journey"), reverse("journey_edit", args=[slug]))
        return _Found(title, False, _("Add what customers live through in each stage."), later, link=link)
    note = ngettext("%(heard)s of %(all)s with a survey", "%(heard)s of %(all)s with a survey", len(points))
    note %= {"heard": journey.heard, "all": len(points)}
    worst = next(iter(journey.fix_first), None)
    unheard = [point for point in points if point.matters and not point.heard]
    if unheard:
        point = max(unheard, key=lambda point: _urgency(point, points, worst))
        draft = next(iter(point.ears), None)
        link = _finish_link(slug, draft) if draft else _survey_link(slug, touchpoint=point.id)
        return _Found(title, False, _unheard(point, points, worst, draft), later, note, link=link)
    if worst:
        text = _("All that matters is heard. Fix “%(touchpoint)s” first.") % {"touchpoint": worst.name}
    else:
        text = _("All that matters is heard; the answers will say what to fix first.")
    return _Found(title, True, text, note=note)


def _urgency(point: Point, points: tuple[Point, ...], worst: Point | None) -> tuple[bool, int, bool]:
    return point.moment_of_truth, point.importance, _leads_to(point, points, worst)


def _leads_to(point: Point, points: tuple[Point, ...], worst: Point | None) -> bool:
    """Whether it comes right before the one that most needs mending."""
    return worst is not None and points.index(point) + 1 == points.index(worst)


def _unheard(point: Point, points: tuple[Point, ...], worst: Point | None, draft: Ear | None) -> str:
    values = {"touchpoint": point.name, "importance": point.importance, "survey": draft.name if draft else ""}
    if draft:
        return _("“%(survey)s” would hear “%(touchpoint)s”, but it is still a draft.") % values
    if point.moment_of_truth:
        return _("Nobody asks about “%(touchpoint)s”, and it is a moment of truth.") % values
    if _leads_to(point, points, worst):
        return (
            _("Nobody asks about “%(touchpoint)s”: importance %(importance)s, right before the worst moment.") % values
        )
    return _("Nobody asks about “%(touchpoint)s”: you gave it importance %(importance)s of 5.") % values
