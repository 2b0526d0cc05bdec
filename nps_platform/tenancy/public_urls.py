"""The doors before an organisation."""

from django.urls import path

from nps_platform.tenancy.views import doors

urlpatterns = [
    path("", doors.front_door, name="front_door"),
    path("organizations/new/", doors.organization_new, name="organization_new"),
    path("join/<str:token>/", doors.join, name="join"),
    path("me/", doors.me, name="me"),
    path("language/", doors.set_language, name="set_language"),
]
