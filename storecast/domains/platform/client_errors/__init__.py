"""What went wrong in people's browsers, as their pages say: each error once, with how often, for who runs all this."""
