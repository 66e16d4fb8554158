"""Coupons: codes that take something off an order, so many times and no more."""
