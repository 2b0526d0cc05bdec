"""Routes of this room."""

from django.urls import path

from closeloop.views import case, inbox

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/since/", inbox.news, name="inbox_news"),
    path("inbox/<int:number>/", inbox.case, name="case"),
    path("inbox/<int:number>/reply/", case.reply, name="case_reply"),
    path("inbox/<int:number>/note/", case.note, name="case_note"),
    path("inbox/<int:number>/call/", case.call, name="case_call"),
    path("inbox/<int:number>/acknowledge/", case.acknowledge, name="case_acknowledge"),
    path("inbox/<int:number>/assign/", case.assign, name="case_assign"),
    path("inbox/<int:number>/forward/", case.forward, name="case_forward"),
    path("inbox/<int:number>/forwards/<int:pk>/revoke/", case.revoke, name="case_revoke"),
    path("inbox/<int:number>/resolve/", case.resolve, name="case_resolve"),
    path("inbox/<int:number>/reopen/", case.reopen, name="case_reopen"),
]
