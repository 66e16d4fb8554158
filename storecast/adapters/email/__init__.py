"""Outgoing mail: by SMTP where a server is set, else as files an operator can open."""
