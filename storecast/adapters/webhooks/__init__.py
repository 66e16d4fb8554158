"""Outgoing webhooks over the line: to whom people like, and to nobody in a network of ours."""
