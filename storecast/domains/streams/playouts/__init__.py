"""Playouts: playlists that go live by themselves at a set time."""
