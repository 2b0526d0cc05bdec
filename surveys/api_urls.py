"""Routes of this room in the API."""

from django.urls import path

from surveys import api

urlpatterns = [
    path("surveys", api.SurveysView.as_view(), name="api_surveys"),
    path("surveys/<int:pk>", api.SurveyView.as_view(), name="api_survey"),
    path("surveys/<int:pk>/publish", api.PublishView.as_view(), name="api_survey_publish"),
    path("programmes", api.ProgrammesView.as_view(), name="api_programmes"),
    path("programmes/<int:pk>", api.ProgrammeView.as_view(), name="api_programme"),
    path("programmes/<int:pk>/simulate", api.SimulateView.as_view(), name="api_programme_simulate"),
    path("programmes/<int:pk>/launch", api.LaunchView.as_view(), name="api_programme_launch"),
    path("programmes/<int:pk>/pause", api.PauseView.as_view(), name="api_programme_pause"),
    path("programmes/<int:pk>/resume", api.ResumeView.as_view(), name="api_programme_resume"),
    path("invitations", api.InvitationsView.as_view(), name="api_invitations"),
]
