"""The token endpoint, and what clients may ask about tokens: introspection (RFC 7662) and revocation (RFC 7009)."""
