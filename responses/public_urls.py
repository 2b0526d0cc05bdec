"""Routes of this room."""

from django.urls import path

from responses import public_views

urlpatterns = [
    path("s/<str:token>", public_views.answer, name="survey_page"),
    path("s/<str:token>/thanks", public_views.thanks, name="survey_thanks"),
    path("s/<str:token>/privacy", public_views.privacy, name="survey_privacy"),
]
