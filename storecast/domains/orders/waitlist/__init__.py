"""The waitlist: who wants what is sold out, and is offered it in turn."""
