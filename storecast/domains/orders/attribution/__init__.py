"""Which orders are put down to which show: a rule applied to the evidence, today's or another later."""
