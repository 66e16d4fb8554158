"""Flash deals: a price for some seconds, or for some pieces, on one product of a channel."""
