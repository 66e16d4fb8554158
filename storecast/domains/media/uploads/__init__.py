"""Videos on their way in: what was announced of them, and the bytes that are here."""
