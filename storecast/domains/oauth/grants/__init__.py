"""The ways to get tokens, one a file (RFC 6749, 4)."""
