"""Signing in: by password, passkey or another provider's word, with a second factor where the account has one."""
