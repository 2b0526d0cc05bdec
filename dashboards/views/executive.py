"""The monthly report: one screen, one sheet of A4."""
