"""Places where people answer by themselves: their kinds and forms, a tablet's PIN, posters, an employees' link."""
