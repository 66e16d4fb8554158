"""How a seller is paid: their own Stripe keys, and the terms they sell on."""
