"""Learners and what is said about them, for programs."""
