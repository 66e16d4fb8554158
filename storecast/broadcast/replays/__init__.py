"""A show that is over, played from its takes until their files are in storage: HLS of byte ranges."""
