"""WHIP (RFC 9725): who goes live by WebRTC. What is signalled passes here, what is sent a process a publisher."""
