"""Text messages (SMS, WhatsApp) through one small interface; an adapter a provider."""
