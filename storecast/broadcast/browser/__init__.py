"""What a browser records of a camera or screen, sent over a WebSocket: read, bounded, and turned into tags."""
