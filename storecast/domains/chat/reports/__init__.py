"""What waits for a moderator: messages that people reported, and messages that are held."""
