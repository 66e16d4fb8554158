"""An account's static API token: one, with every scope but the operator's, until it is rotated or revoked."""
