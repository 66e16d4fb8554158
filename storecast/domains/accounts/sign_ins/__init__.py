"""Signing in, by password or passkey, with a second factor where the account has one."""
