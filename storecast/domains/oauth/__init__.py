"""OAuth2 for others' programs: clients, what people grant them, personal tokens. Tokens as such are accounts'."""
