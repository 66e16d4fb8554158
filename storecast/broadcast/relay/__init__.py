"""Simulcast: a show passed on, as it came, to RTMP servers elsewhere. One process a target."""
