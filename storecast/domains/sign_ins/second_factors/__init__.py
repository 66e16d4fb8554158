"""What an account can ask for besides the password: one-time codes, recovery codes and passkeys."""
