"""Stripe, by its own library: a seller's account, checkout sessions, refunds, and what Stripe tells of them."""
