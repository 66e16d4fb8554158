"""A show's start, as thousands of waiting pages and a browser go through it."""
