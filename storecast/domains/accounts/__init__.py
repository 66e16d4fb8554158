"""People: their accounts, sign-ins and tokens. Issues, verifies and revokes every kind of token there is."""
