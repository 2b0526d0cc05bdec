"""The project's one domain signal. Lower rooms announce, upper rooms listen; it carries ids and is sent on commit."""

from datetime import timedelta

from django.dispatch import Signal

# The kind of `tenancy.Due` that says that answers wait to be followed up.
DUE = "answers"

# Older answers open no case and send nothing.
NEWS = timedelta(days=7)

# Arguments: organization_id, response_id, corrected (bool: the newest ScoreChange says what changed, or wants_contact did),
# told (bool: DUE stood when it was recorded, so somebody will look). Receivers must be quick and may be missed: a sweep
# makes good.
response_recorded = Signal()
