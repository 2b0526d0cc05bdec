"""The API's routes of this room."""

from django.urls import path

from closeloop import api, api_remedies, policy_api, rule_api

urlpatterns = [
    path("alert-rules", rule_api.AlertRulesView.as_view(), name="api_alert_rules"),
    path("alert-rules/try", rule_api.TryRuleView.as_view(), name="api_alert_rule_try"),
    path("alert-rules/<int:pk>", rule_api.AlertRuleView.as_view(), name="api_alert_rule"),
    path("alert-rules/<int:pk>/try", rule_api.TryKeptRuleView.as_view(), name="api_alert_rule_try_kept"),
    path("alerts", rule_api.AlertsView.as_view(), name="api_alerts"),
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
    path("cases/<int:pk>/promises", api_remedies.PromisesView.as_view(), name="api_case_promises"),
    path("cases/<int:pk>/promises/<int:promise>", api_remedies.PromiseSettleView.as_view(), name="api_case_promise"),
    path("cases/<int:pk>/remedies", api_remedies.GrantsView.as_view(), name="api_case_remedies"),
    path("cases/<int:pk>/remedies/<int:grant>", api_remedies.GrantDecideView.as_view(), name="api_case_remedy"),
    path("remedies", api_remedies.RemediesView.as_view(), name="api_remedies"),
    path("cases/<int:pk>/reopen", api.ReopenView.as_view(), name="api_case_reopen"),
]
