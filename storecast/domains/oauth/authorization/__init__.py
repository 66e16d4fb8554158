"""Consent: a client asks, a person says yes or no, and the client hears of it by a redirect (RFC 6749, 4.1.1)."""
