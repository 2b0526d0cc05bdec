"""The API's routes of this room."""

from django.urls import path

from closeloop import api, policy_api

urlpatterns = [
    path("case-policies", policy_api.CasePoliciesView.as_view(), name="api_case_policies"),
    path("case-policies/<int:pk>", policy_api.CasePolicyView.as_view(), name="api_case_policy"),
    path("cases", api.CasesView.as_view(), name="api_cases"),
    path("cases/<int:pk>", api.CaseView.as_view(), name="api_case"),
    path("cases/<int:pk>/notes", api.NotesView.as_view(), name="api_case_notes"),
    path("cases/<int:pk>/replies", api.RepliesView.as_view(), name="api_case_replies"),
    path("cases/<int:pk>/forwards", api.ForwardsView.as_view(), name="api_case_forwards"),
    path("cases/<int:pk>/assign", api.AssignView.as_view(), name="api_case_assign"),
    path("cases/<int:pk>/acknowledge", api.AcknowledgeView.as_view(), name="api_case_acknowledge"),
    path("cases/<int:pk>/resolve", api.ResolveView.as_view(), name="api_case_resolve"),
    path("cases/<int:pk>/reopen", api.ReopenView.as_view(), name="api_case_reopen"),
]
