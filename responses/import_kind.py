"""The kind of file that brings answers taken with another tool: its columns, choices and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nps_platform.customers.cleaning import clean_text, read_language
from nps_platform.customers.import_fields import CUSTOMER_LABELS, OF_CUSTOMERS
from nps_platform.customers.import_kinds import ImportKind, MappingRefused, ReadRecord, register_import_kind
from nps_platform.customers.models import ImportJob
from nps_platform.customers.reading import Cells, Reading, places_of
from nps_platform.customers.rows import RowProblem
from nps_platform.customers.wording import also_say
from nps_platform.lib.csvio import FieldGuess, Unreadable, parse_bool, parse_moment, parse_score
from nps_platform.tenancy.roles import Right
from nps_platform.tenancy.scope import current_organization
from responses.brought import Brought
from responses.import_questions import asked_by, example_rows, further_fields, read_questions
from responses.importing import ANSWER, ANSWER_KEYS, MAKE, SURVEY, UNKNOWN, AnswerRow, take_answers
from responses.public_forms import COMMENT_LENGTH
from surveys.models import Survey, SurveyKind

# Clocks of other systems run a little ahead.
AHEAD = timedelta(minutes=5)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LONGEST_ID = 200
_PERSON = ("external_id", "email", "name", "phone", "language")

_SCORE = (
    "nps score", "nps", "rating", "how likely", "recommend", "puntaje", "puntuacion", "nota", "calificacion", "recomendaria",
    "valutazione", "voto", "punteggio", "consiglieresti",
)  # fmt: skip
_AT = (
    "answered on", "answer date", "responded at", "response date", "response time", "survey completed", "completed at",
    "completed", "submitted at", "end date", "timestamp", "date", "created at", "created", "fecha de respuesta", "respondida el",
    "respondido el", "fecha y hora", "fecha", "data risposta", "risposta del", "data della risposta", "data",
)  # fmt: skip
_COMMENT = (
    "comments", "feedback", "reason", "verbatim", "open ended response", "comentario", "comentarios", "opinion", "motivo",
    "commento", "commenti", "motivazione",
)  # fmt: skip
_ANSWER_ID = (
    "response id", "respondent id", "survey response id", "id", "id respuesta", "id de respuesta", "numero de respuesta",
    "id risposta",
)  # fmt: skip
_CONTACT = ("may contact", "contact me", "follow up", "quiere contacto", "contactar", "vuole essere contattato")


def _person_guesses() -> list[FieldGuess]:
    """As customers' files name them; a bare "id" is the answer's here."""
    known = {guess.name: guess for guess in OF_CUSTOMERS}
    number = known["external_id"]
    mine = replace(
        number, synonyms=tuple(word for word in number.synonyms if word not in {"id", "reference", "codice"})
    )
    return [mine, *(known[name] for name in _PERSON[1:])]


GUESSES = (
    FieldGuess("score", _SCORE, "score"),
    FieldGuess("answered_at", _AT, "date"),
    FieldGuess("comment", _COMMENT),
    *_person_guesses(),
    FieldGuess("answer_id", _ANSWER_ID),
    FieldGuess("wants_contact", _CONTACT, "bool"),
)
LABELS = {name: CUSTOMER_LABELS[name] for name in ("external_id", "email")} | {
    "score": gettext_lazy("Score from 0 to 10"),
    "answered_at": gettext_lazy("Answered on"),
    "comment": gettext_lazy("Comment"),
    "answer_id": gettext_lazy("The other tool's number of the answer"),
    "wants_contact": gettext_lazy("May be contacted about it"),
    "language": CUSTOMER_LABELS["language"],
    "name": CUSTOMER_LABELS["name"],
    "phone": CUSTOMER_LABELS["phone"],
}


def register() -> None:
    """Called when the room is ready."""
    register_import_kind(ANSWERS)
    also_say(
        rows={
            "unknown_customer": gettext_lazy("Nobody among the customers is called this."),
            "answered_otherwise": gettext_lazy(
                "This answer is in already, with the score %(value)s or another comment; it stays as it is."
            ),
            "told_otherwise": gettext_lazy(
                "This answer is in already, with another reply to this question; it stays as it is."
            ),
            "not_a_number_of": gettext_lazy("This is not a whole number of the scale %(value)s."),
            "not_a_choice_of": gettext_lazy("Not one of the choices: %(value)s."),
            "score_malformed": gettext_lazy("This is not a whole number from 0 to 10."),
            "moment_malformed": gettext_lazy("This is not a date."),
            "moment_ambiguous": gettext_lazy("Day or month first? Choose how dates are written."),
            "moment_out_of_range": gettext_lazy("This date does not exist."),
            "moment_future": gettext_lazy("This moment has not come yet."),
            "moment_too_early": gettext_lazy("This moment is too long ago."),
        },
        mappings={
            "no_score": gettext_lazy("Choose the column with the score."),
            "no_answered_at": gettext_lazy("Choose the column that says when it was answered."),
            "no_survey": gettext_lazy("Choose the survey that was answered."),
            "unknown_question": gettext_lazy("The survey has no such question any more; choose another."),
        },
    )


def answerable() -> list[Survey]:
    """The surveys that answers of customers may belong to, newest first."""
    known = Survey.objects.exclude(published=None).exclude(kind=SurveyKind.EMPLOYEE)
    return list(known.order_by("-pk"))


def _check(targets: Sequence[str], reading: Reading) -> None:
    if not {"external_id", "email"} & set(targets):
        raise MappingRefused("no_identity")
    for name in ("score", "answered_at"):
        if name not in targets:
            raise MappingRefused(f"no_{name}", name)
    if reading.options.get(SURVEY) not in {str(survey.pk) for survey in answerable()}:
        raise MappingRefused("no_survey", SURVEY)
    known = {question.target for question in further_fields(reading.options)}
    for name in targets:
        if name.startswith(ANSWER) and name not in known:
            raise MappingRefused("unknown_question", name)


def _options() -> Mapping[str, forms.Field]:
    surveys = [(str(survey.pk), survey.name) for survey in answerable()]
    unknown = [("", _("Refuse the row")), (MAKE, _("Make the customer"))]
    hint = "" if surveys else _("No survey is published yet: publish one first, answers belong to a survey.")
    return {
        SURVEY: forms.ChoiceField(
            label=_("Survey that was answered"),
            choices=surveys if len(surveys) == 1 else [("", _("Choose…")), *surveys],
            help_text=hint,
            error_messages={"required": _("Choose the survey that was answered.")},
        ),
        UNKNOWN: forms.ChoiceField(label=_("Where nobody knows the customer"), choices=unknown, required=False),
    }


def _told(options: Mapping[str, str]) -> list[tuple[str, str]]:
    survey = Survey.objects.filter(pk=options[SURVEY]).first() if options.get(SURVEY) else None
    if survey is None:
        return []
    made = _("Make the customer") if options.get(UNKNOWN) == MAKE else _("Refuse the row")
    return [(_("Survey that was answered"), survey.name), (_("Where nobody knows the customer"), made)]


def _read_answers(mapping: Mapping[str, str], reading: Reading) -> ReadRecord:
    """How this file says answers; days without a time and times without an offset are the organisation's."""
    places, zone = places_of(mapping), ZoneInfo(current_organization().timezone)
    asked = asked_by(reading.options, places)

    def moment(text: str) -> datetime:
        at = parse_moment(text, reading.day_first, zone)
        if at > timezone.now() + AHEAD:
            raise Unreadable("future")
        if at < EARLIEST:
            raise Unreadable("too_early")
        return at.astimezone(UTC)

    def read(cells: Sequence[str]) -> tuple[AnswerRow | None, list[RowProblem]]:
        found = Cells(cells, places)
        number, email = clean_text(found.text("external_id") or ""), clean_text(found.text("email") or "").lower()
        score, at = found.parsed("score", "score", parse_score), found.parsed("answered_at", "moment", moment)
        contact = found.parsed("wants_contact", "boolean", parse_bool)
        comment, answer_id = clean_text(found.text("comment") or ""), clean_text(found.text("answer_id") or "")
        brought = read_questions(found, asked, Brought(comment, contact))
        if not number and not email:
            found.problems.append(RowProblem("external_id", "no_identity"))
        for name, value in (("score", score), ("answered_at", at)):
            if value is None and not any(problem.field == name for problem in found.problems):
                found.problems.append(RowProblem(name, "empty"))
        for field, text, most in (("comment", comment, COMMENT_LENGTH), ("answer_id", answer_id, _LONGEST_ID)):
            if len(text) > most:
                found.problems.append(RowProblem(field, "too_long", text[:200]))
        if found.problems:
            return None, found.problems
        return AnswerRow(
            number,
            email,
            score,
            at,
            brought.comment,
            answer_id,
            name=found.text("name"),
            phone=found.text("phone"),
            language=_language(found.text("language")),
            wants_contact=brought.wants_contact,
            answers=tuple(brought.answers),
        ), []

    return read


def _language(text: str | None) -> str:
    """What the file says, where it says a language; else the customer's own is taken."""
    try:
        return read_language(clean_text(text)) if text else ""
    except Unreadable:
        return ""


ANSWERS = ImportKind(
    name=ImportJob.Kind.RESPONSES,
    right=Right.CUSTOMERS,
    title=gettext_lazy("Import answers"),
    about=gettext_lazy(
        "One row for each answer, as other survey tools export them: who (customer number or e-mail), the score from 0 to 10, "
        "when, the comment, what was said to further questions. They keep their dates; answers older than 7 days open no case "
        "and send nothing."
    ),
    guesses=GUESSES,
    labels=LABELS,
    check=_check,
    reader=_read_answers,
    take=take_answers,
    keys=ANSWER_KEYS,
    page="results",
    page_words=gettext_lazy("To the results"),
    page_right=Right.RESULTS,
    updated_words=gettext_lazy("get other values"),
    options=_options,
    told=_told,
    further=further_fields,
    further_by=SURVEY,
    further_words=gettext_lazy("Further questions of the survey"),
    example=example_rows,
)
