"""What a person has granted: to clients, and to their own programs by personal access tokens."""
