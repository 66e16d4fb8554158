"""What tests are made of, one file a domain, all made through the public door."""
