"""The public doors' addresses, on their own: `PublicDoorMiddleware` looks here before anything else is done for a request."""

from django.urls import include, path

urlpatterns = [
    path("", include("responses.public_urls")),
    path("", include("surveys.public_urls")),
    path("", include("closeloop.public_urls")),
]
