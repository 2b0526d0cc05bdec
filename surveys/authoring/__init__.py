"""What a survey says, from the template of its kind to a version that is frozen: the value, its words, the editor's work."""
