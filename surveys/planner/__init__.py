"""The planner's pages: a plan as sentences whose words are controls, what it would do, and how a launched one stands."""
