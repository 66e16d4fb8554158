"""Simulcast: where else a channel's shows go."""
