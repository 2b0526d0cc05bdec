"""Whom to ask, when: the one code behind the simulator, the launch and an event (METHOD §4; reasons and their order: CONTRACT)."""
