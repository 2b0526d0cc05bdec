"""Mails that come in: taken once, read, and handed to the room that knows what they answer."""
