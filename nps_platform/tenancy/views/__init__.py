"""Pages of the organisation's settings, and the doors before them."""
