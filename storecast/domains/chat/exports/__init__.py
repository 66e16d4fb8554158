"""A thread to take along."""
