"""What people and programs do with cases; each is one transaction with its entry in timeline and audit."""

from closeloop.actions.closing import reopen, resolve
from closeloop.actions.drafting import keep_draft
from closeloop.actions.follow_up import follow_up
from closeloop.actions.forwarding import forward_case, revoke_forward
from closeloop.actions.handling import acknowledge, add_note, assign
from closeloop.actions.outside import customer_handling, customer_reply, customer_verdict, guest_answer
from closeloop.actions.promising import promise, settle_promise
from closeloop.actions.remedying import decide_grant, grant_remedy
from closeloop.actions.talking import log_call, send_reply
from closeloop.actions.undoing import UNDO_FOR, undo_reply

__all__ = [
    "UNDO_FOR",
    "acknowledge",
    "add_note",
    "assign",
    "customer_handling",
    "customer_reply",
    "customer_verdict",
    "decide_grant",
    "follow_up",
    "forward_case",
    "grant_remedy",
    "guest_answer",
    "keep_draft",
    "log_call",
    "promise",
    "reopen",
    "resolve",
    "revoke_forward",
    "send_reply",
    "settle_promise",
    "undo_reply",
]
