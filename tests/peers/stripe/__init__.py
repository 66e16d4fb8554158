"""Stripe's API, script and pages as far as selling goes, over HTTP: see `peer.py`. `python -m tests.peers.stripe`."""
