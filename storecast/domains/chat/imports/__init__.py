"""Messages from a chat elsewhere, brought here by somebody's program."""
