"""The message that the host pins above the chat."""
