"""Rows → frozen dataclasses. The only place of this room that asks the database; each topic has its file."""
