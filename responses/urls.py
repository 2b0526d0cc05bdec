"""Routes of this room."""

from django.urls import path

from responses import call_views, collector_views, embed_views, employee_link_views, poster_views, views

urlpatterns = [
    path("collectors/", collector_views.collectors, name="collectors"),
    path("collectors/new/", collector_views.collector_new, name="collector_new"),
    path("collectors/many/", poster_views.collectors_bulk, name="collectors_bulk"),
    path("collectors/posters.zip", poster_views.collectors_posters, name="collectors_posters"),
    path("collectors/<int:pk>/poster/", poster_views.collector_poster, name="collector_poster"),
    path("collectors/<int:pk>/poster/<str:name>", poster_views.collector_poster_file, name="collector_poster_file"),
    path("collectors/erase/", collector_views.visitor_erase, name="visitor_erase"),
    path("collectors/employees/", employee_link_views.employee_links, name="employee_links"),
    path("collectors/<int:pk>/", collector_views.collector, name="collector"),
    path("collectors/<int:pk>/edit/", collector_views.collector_edit, name="collector_edit"),
    path("collectors/<int:pk>/close/", collector_views.collector_close, name="collector_close"),
    path("collectors/<int:pk>/reopen/", collector_views.collector_reopen, name="collector_reopen"),
    path("collectors/<int:pk>/preview/", embed_views.collector_preview, name="collector_preview"),
    path("collectors/<int:pk>/secret/", embed_views.collector_secret, name="collector_secret"),
    path("surveys/<int:pk>/preview/", views.survey_preview, name="survey_preview"),
    path("calls/", call_views.calls, name="calls"),
    path("calls/next/", call_views.call_next, name="call_next"),
    path("calls/<int:pk>/answer/", call_views.call_answer, name="call_answer"),
    path("calls/<int:pk>/outcome/", call_views.call_outcome, name="call_outcome"),
    path("calls/<int:pk>/back/", call_views.call_back, name="call_back"),
    path("calls/<int:pk>/release/", call_views.call_release, name="call_release"),
]
