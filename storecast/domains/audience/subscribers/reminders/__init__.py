"""Reminders: when a show is due, who is told of it, and each of them once."""
