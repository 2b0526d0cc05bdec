"""Routes of this room in the API."""

from django.urls import path

from surveys import api, collector_api, event_api, incident_api, journey_api, survey_api

urlpatterns = [
    path("stages", journey_api.StagesView.as_view(), name="api_stages"),
    path("stages/<int:pk>", journey_api.StageView.as_view(), name="api_stage"),
    path("touchpoints", journey_api.TouchpointsView.as_view(), name="api_touchpoints"),
    path("touchpoints/<int:pk>", journey_api.TouchpointView.as_view(), name="api_touchpoint"),
    path("notes", journey_api.NotesView.as_view(), name="api_notes"),
    path("notes/<int:pk>", journey_api.NoteView.as_view(), name="api_note"),
    path("surveys", survey_api.SurveysView.as_view(), name="api_surveys"),
    path("surveys/<int:pk>", survey_api.SurveyView.as_view(), name="api_survey"),
    path("surveys/<int:pk>/publish", survey_api.PublishView.as_view(), name="api_survey_publish"),
    path("surveys/<int:pk>/discard", survey_api.DiscardView.as_view(), name="api_survey_discard"),
    path("surveys/<int:pk>/archive", survey_api.ArchiveView.as_view(), name="api_survey_archive"),
    path("surveys/<int:pk>/restore", survey_api.RestoreView.as_view(), name="api_survey_restore"),
    path("programmes", api.ProgrammesView.as_view(), name="api_programmes"),
    path("programmes/<int:pk>", api.ProgrammeView.as_view(), name="api_programme"),
    path("programmes/<int:pk>/simulate", api.SimulateView.as_view(), name="api_programme_simulate"),
    path("programmes/<int:pk>/duplicate", api.DuplicateView.as_view(), name="api_programme_duplicate"),
    path("programmes/<int:pk>/launch", api.LaunchView.as_view(), name="api_programme_launch"),
    path("programmes/<int:pk>/pause", api.PauseView.as_view(), name="api_programme_pause"),
    path("programmes/<int:pk>/resume", api.ResumeView.as_view(), name="api_programme_resume"),
    path("programmes/<int:pk>/reserve", api.ReserveView.as_view(), name="api_programme_reserve"),
    path("programmes/<int:pk>/let-go", api.LetGoView.as_view(), name="api_programme_let_go"),
    path("collectors", collector_api.CollectorsView.as_view(), name="api_collectors"),
    path("collectors/<int:pk>", collector_api.CollectorView.as_view(), name="api_collector"),
    path("events", event_api.EventsView.as_view(), name="api_events"),
    path("incidents", incident_api.IncidentsView.as_view(), name="api_incidents"),
    path("incidents/<int:pk>/end", incident_api.EndIncidentView.as_view(), name="api_incident_end"),
    path("invitations", api.InvitationsView.as_view(), name="api_invitations"),
]
