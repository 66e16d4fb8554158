"""A live show in lesser qualities beside its own, for viewers of slow networks."""
