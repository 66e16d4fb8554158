"""A person's data: a copy of it to take along, and its erasure. Both are jobs that end in a mail.

What other domains hold comes in through the events of `accounts.events`.
"""
