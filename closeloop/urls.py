"""Routes of this room."""

from django.urls import path

from closeloop.views import about, case, inbox, requests, writing
from closeloop.views.settings import causes, loop, policies, replies, rules

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/since/", inbox.news, name="inbox_news"),
    path("inbox/<int:number>/", inbox.case, name="case"),
    path("inbox/<int:number>/reply/", case.reply, name="case_reply"),
    path("inbox/<int:number>/note/", case.note, name="case_note"),
    path("inbox/<int:number>/call/", case.call, name="case_call"),
    path("inbox/<int:number>/about/", about.about, name="case_about"),
    path("inbox/<int:number>/answer/", about.answer, name="case_answer"),
    path("inbox/<int:number>/draft/", writing.draft, name="case_draft"),
    path("inbox/<int:number>/presence/", writing.presence, name="case_presence"),
    path("inbox/<int:number>/acknowledge/", case.acknowledge, name="case_acknowledge"),
    path("inbox/<int:number>/assign/", case.assign, name="case_assign"),
    path("inbox/<int:number>/forward/", case.forward, name="case_forward"),
    path("inbox/<int:number>/forwards/<int:pk>/revoke/", case.revoke, name="case_revoke"),
    path("inbox/<int:number>/resolve/", case.resolve, name="case_resolve"),
    path("inbox/<int:number>/reopen/", case.reopen, name="case_reopen"),
    path("data-requests/", requests.data_requests, name="data_requests"),
    path("data-requests/<int:pk>/copy/", requests.data_request_copy, name="data_request_copy"),
    path("data-requests/<int:pk>/done/", requests.data_request_done, name="data_request_done"),
    path("settings/alerts/", rules.alert_rules, name="alert_rules"),
    path("settings/alerts/new/", rules.alert_rule_new, name="alert_rule_new"),
    path("settings/alerts/<int:pk>/", rules.alert_rule, name="alert_rule"),
    path("settings/alerts/<int:pk>/switch/", rules.alert_rule_switch, name="alert_rule_switch"),
    path("settings/alerts/<int:pk>/move/", rules.alert_rule_move, name="alert_rule_move"),
    path("settings/alerts/<int:pk>/delete/", rules.alert_rule_delete, name="alert_rule_delete"),
    path("settings/customer-page/", loop.loop_settings, name="loop_settings"),
    path("settings/deadlines/", policies.case_policies, name="case_policies"),
    path("settings/deadlines/new/", policies.case_policy_new, name="case_policy_new"),
    path("settings/deadlines/<int:pk>/", policies.case_policy, name="case_policy"),
    path("settings/deadlines/<int:pk>/move/", policies.case_policy_move, name="case_policy_move"),
    path("settings/deadlines/<int:pk>/delete/", policies.case_policy_delete, name="case_policy_delete"),
    path("settings/causes/", causes.causes, name="causes"),
    path("settings/causes/<int:pk>/", causes.cause, name="cause"),
    path("settings/causes/<int:pk>/delete/", causes.cause_delete, name="cause_delete"),
    path("settings/replies/", replies.canned_replies, name="canned_replies"),
    path("settings/replies/new/", replies.canned_reply_new, name="canned_reply_new"),
    path("settings/replies/<int:pk>/", replies.canned_reply, name="canned_reply"),
    path("settings/replies/<int:pk>/delete/", replies.canned_reply_delete, name="canned_reply_delete"),
]
