"""Routes of this room."""

from django.urls import path

from closeloop import public_data, public_views

urlpatterns = [
    path("c/<str:token>", public_views.loop_page, name="loop_page"),
    path("c/<str:token>/privacy", public_views.loop_privacy, name="loop_privacy"),
    path("c/<str:token>/choices", public_data.loop_choices, name="loop_choices"),
    path("c/<str:token>/data", public_data.loop_data, name="loop_data"),
    path("d/<str:token>", public_data.own_data, name="own_data"),
    path("f/<str:token>", public_views.guest_page, name="guest_page"),
]
