"""Settings of this room."""
