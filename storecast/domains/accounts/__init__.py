"""People: their accounts and tokens. Issues, verifies and revokes every kind of token there is."""
