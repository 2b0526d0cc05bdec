"""The API's routes of this room."""

from django.urls import path

from nps_platform.webhooks import api

urlpatterns = [
    path("webhooks", api.WebhooksView.as_view(), name="api_webhooks"),
    path("webhooks/<int:pk>", api.WebhookView.as_view(), name="api_webhook"),
    path("webhooks/<int:pk>/secret", api.WebhookSecretView.as_view(), name="api_webhook_secret"),
    path("webhooks/<int:pk>/test", api.WebhookTestView.as_view(), name="api_webhook_test"),
    path("webhooks/<int:pk>/replay", api.WebhookReplayView.as_view(), name="api_webhook_replay"),
    path("webhooks/<int:pk>/deliveries", api.WebhookDeliveriesView.as_view(), name="api_webhook_deliveries"),
    path("webhook-deliveries/<int:pk>", api.WebhookDeliveryView.as_view(), name="api_webhook_delivery"),
    path(
        "webhook-deliveries/<int:pk>/replay",
        api.WebhookDeliveryReplayView.as_view(),
        name="api_webhook_delivery_replay",
    ),
]
