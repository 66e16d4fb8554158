"""Passwords: chosen by a mailed link, changed by who knows the old one, refused when easy to guess."""
