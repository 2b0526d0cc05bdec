"""The production form, started as processes and driven through a real browser: `make production-check`."""
