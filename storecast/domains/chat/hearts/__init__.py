"""Hearts: what viewers send up over the picture by the dozen. Nobody keeps any."""
