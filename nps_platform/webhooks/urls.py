"""Routes of this room inside an organisation."""

from django.urls import path

from nps_platform.webhooks import views

urlpatterns = [
    path("settings/webhooks/", views.webhooks, name="webhooks"),
    path("settings/webhooks/new/", views.webhook_new, name="webhook_new"),
    path("settings/webhooks/<int:pk>/", views.webhook, name="webhook"),
    path("settings/webhooks/<int:pk>/edit/", views.webhook_edit, name="webhook_edit"),
    path("settings/webhooks/<int:pk>/delete/", views.webhook_delete, name="webhook_delete"),
    path("settings/webhooks/<int:pk>/secret/", views.webhook_secret, name="webhook_secret"),
    path("settings/webhooks/<int:pk>/switch/", views.webhook_switch, name="webhook_switch"),
    path("settings/webhooks/<int:pk>/test/", views.webhook_test, name="webhook_test"),
    path("settings/webhooks/<int:pk>/replay/", views.webhook_replay, name="webhook_replay"),
    path("settings/webhooks/deliveries/<int:pk>/", views.webhook_delivery, name="webhook_delivery"),
    path(
        "settings/webhooks/deliveries/<int:pk>/replay/", views.webhook_delivery_replay, name="webhook_delivery_replay"
    ),
]
