"""What a show has sold so far."""
