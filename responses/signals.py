"""The project's one domain signal. Lower rooms announce, upper rooms listen; it carries ids and is sent on commit."""

from django.dispatch import Signal

# Arguments: organization_id, response_id, corrected (bool: the newest ScoreChange says what changed, or wants_contact did).
# Receivers must be quick and may be missed: a sweep makes good.
response_recorded = Signal()
