"""What the API's answers and requests have in common, on Litestar."""
