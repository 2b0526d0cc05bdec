"""The API's journey: stages, touchpoints and their order, and notes. The same actions as the board and its pages."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.db.models import F, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from nps_platform.tenancy.api_base import PAGE_PARAMETERS, OrganizationAPIView, idempotent, page_of
from surveys import actions
from surveys.journey_serializers import (
    NotesAskedSerializer,
    NoteSerializer,
    StageSerializer,
    TouchpointsAskedSerializer,
    TouchpointSerializer,
)
from surveys.models import QualitativeNote, Stage, Survey, SurveyKind, Touchpoint


# --- stages ----------------------------------------------------------------------------------------------------------
class StagesView(OrganizationAPIView):
    @extend_schema(operation_id="stages_list", parameters=PAGE_PARAMETERS, responses=page_of(StageSerializer))
    def get(self, request: Request) -> Response:
        """Phases and channels, along the journey."""
        return self.page(_stages(), StageSerializer, ordering=("position", "id"))

    @extend_schema(operation_id="stages_add", request=StageSerializer, responses={201: StageSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Add a stage: last, or in front of another one."""
        told = _checked(StageSerializer(data=request.data))
        before = told.pop("before", None)
        with transaction.atomic():
            stage = actions.add_stage(**told, by=None)
            if before:
                actions.place_stage(stage, before=before, by=None)
        return _answer(StageSerializer, _stage, stage.pk, HTTPStatus.CREATED)


class StageView(OrganizationAPIView):
    @extend_schema(operation_id="stages_get", responses=StageSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One stage."""
        return _answer(StageSerializer, _stage, pk)

    @extend_schema(operation_id="stages_change", request=StageSerializer(partial=True), responses=StageSerializer)
    @idempotent
    def patch(self, request: Request, pk: int) -> Response:
        """Change it; `before` moves it."""
        stage = _stage(pk)
        told = _checked(StageSerializer(stage, data=request.data, partial=True))
        moves, before = "before" in told, told.pop("before", None)
        with transaction.atomic():
            if told:
                actions.change_stage(stage, by=None, **told)
            if moves:
                actions.place_stage(stage, before=before, by=None)
        return _answer(StageSerializer, _stage, pk)

    @extend_schema(operation_id="stages_delete", responses={204: None})
    @idempotent
    def delete(self, request: Request, pk: int) -> Response:
        """Delete it with its touchpoints. Surveys and answers stay without a place, notes on the journey as a whole."""
        actions.delete_stage(_stage(pk), by=None)
        return Response(status=HTTPStatus.NO_CONTENT)


# --- touchpoints -----------------------------------------------------------------------------------------------------
class TouchpointsView(OrganizationAPIView):
    @extend_schema(
        operation_id="touchpoints_list",
        parameters=[TouchpointsAskedSerializer, *PAGE_PARAMETERS],
        responses=page_of(TouchpointSerializer),
    )
    def get(self, request: Request) -> Response:
        """Interactions, along the journey."""
        rows = _touchpoints().annotate(stage_position=F("stage__position"))
        rows = rows.filter(**_checked(TouchpointsAskedSerializer(data=request.query_params)))
        return self.page(rows, TouchpointSerializer, ordering=("stage_position", "stage_id", "position", "id"))

    @extend_schema(operation_id="touchpoints_add", request=TouchpointSerializer, responses={201: TouchpointSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Add a touchpoint to a stage: last, or in front of another one there."""
        told = _checked(TouchpointSerializer(data=request.data))
        before = told.pop("before", None)
        with transaction.atomic():
            touchpoint = actions.add_touchpoint(**told, by=None)
            if before:
                actions.place_touchpoint(touchpoint, stage=touchpoint.stage, before=before, by=None)
        return _answer(TouchpointSerializer, _touchpoint, touchpoint.pk, HTTPStatus.CREATED)


class TouchpointView(OrganizationAPIView):
    @extend_schema(operation_id="touchpoints_get", responses=TouchpointSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One touchpoint."""
        return _answer(TouchpointSerializer, _touchpoint, pk)

    @extend_schema(
        operation_id="touchpoints_change",
        request=TouchpointSerializer(partial=True),
        responses=TouchpointSerializer,
    )
    @idempotent
    def patch(self, request: Request, pk: int) -> Response:
        """Change it; `stage` and `before` move it, and its surveys go along."""
        touchpoint = _touchpoint(pk)
        told = _checked(TouchpointSerializer(touchpoint, data=request.data, partial=True))
        moves, before = "before" in told, told.pop("before", None)
        with transaction.atomic():
            if told:
                actions.change_touchpoint(touchpoint, by=None, **told)
            if moves:
                actions.place_touchpoint(touchpoint, stage=touchpoint.stage, before=before, by=None)
        return _answer(TouchpointSerializer, _touchpoint, pk)

    @extend_schema(operation_id="touchpoints_delete", responses={204: None})
    @idempotent
    def delete(self, request: Request, pk: int) -> Response:
        """Delete it. Surveys and answers stay without a touchpoint, its notes on the stage."""
        actions.delete_touchpoint(_touchpoint(pk), by=None)
        return Response(status=HTTPStatus.NO_CONTENT)


# --- notes -----------------------------------------------------------------------------------------------------------
class NotesView(OrganizationAPIView):
    @extend_schema(
        operation_id="notes_list",
        parameters=[NotesAskedSerializer, *PAGE_PARAMETERS],
        responses=page_of(NoteSerializer),
    )
    def get(self, request: Request) -> Response:
        """Notes from interviews, focus groups and observation, newest first."""
        asked = _checked(NotesAskedSerializer(data=request.query_params))
        return self.page(_notes(asked), NoteSerializer, ordering=("-held_on", "-id"))

    @extend_schema(operation_id="notes_add", request=NoteSerializer, responses={201: NoteSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Keep a note. It is never part of a score."""
        note = actions.add_note(by=None, **_checked(NoteSerializer(data=request.data)))
        return Response(NoteSerializer(note).data, status=HTTPStatus.CREATED)


class NoteView(OrganizationAPIView):
    @extend_schema(operation_id="notes_get", responses=NoteSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One note."""
        return _answer(NoteSerializer, _note, pk)

    @extend_schema(operation_id="notes_change", request=NoteSerializer(partial=True), responses=NoteSerializer)
    @idempotent
    def patch(self, request: Request, pk: int) -> Response:
        """Change it."""
        note = _note(pk)
        actions.change_note(note, by=None, **_checked(NoteSerializer(note, data=request.data, partial=True)))
        return _answer(NoteSerializer, _note, pk)

    @extend_schema(operation_id="notes_delete", responses={204: None})
    @idempotent
    def delete(self, request: Request, pk: int) -> Response:
        """Delete it for good."""
        actions.delete_note(_note(pk), by=None)
        return Response(status=HTTPStatus.NO_CONTENT)


def _notes(asked: dict[str, Any]) -> QuerySet[QualitativeNote]:
    notes = QualitativeNote.objects.saying(asked.get("q", ""))
    if stage := asked.get("stage"):
        notes = notes.filter(Q(stage=stage) | Q(touchpoint__stage=stage))
    wanted = {"kind": "kind", "touchpoint": "touchpoint", "from": "held_on__gte", "to": "held_on__lte"}
    return notes.filter(**{column: asked[name] for name, column in wanted.items() if asked.get(name)})


# --- what all of them do ---------------------------------------------------------------------------------------------
def _checked(form: Serializer) -> dict[str, Any]:
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def _answer(
    serializer: type[Serializer], find: Callable[[int], Any], pk: int, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """The row as it stands now."""
    return Response(serializer(find(pk)).data, status=status)


def _live(kind: SurveyKind) -> Prefetch:
    """The published surveys of this kind at each place, as its `listening`."""
    rows = Survey.objects.filter(kind=kind, state=Survey.State.PUBLISHED)
    return Prefetch("surveys", rows.only("stage_id", "touchpoint_id"), to_attr="listening")


def _stages() -> QuerySet[Stage]:
    return Stage.objects.select_related("owner__user").prefetch_related(_live(SurveyKind.PHASE))


def _stage(pk: int) -> Stage:
    stage: Stage = get_object_or_404(_stages(), pk=pk)
    return stage


def _touchpoints() -> QuerySet[Touchpoint]:
    rows = Touchpoint.objects.select_related("owner__user", "stage")
    return rows.prefetch_related(_live(SurveyKind.TRANSACTIONAL))


def _touchpoint(pk: int) -> Touchpoint:
    touchpoint: Touchpoint = get_object_or_404(_touchpoints(), pk=pk)
    return touchpoint


def _note(pk: int) -> QualitativeNote:
    note: QualitativeNote = get_object_or_404(QualitativeNote.objects, pk=pk)
    return note
