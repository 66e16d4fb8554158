"""How late viewers are: the first playable playlist, the picture, chat and promotions, on a whole installation."""
