"""SMS: codes for who subscribes, caps on what they cost, and what people answer."""
