"""Films: looked at, pictured, packaged and cut. Local files in, local files out, each step in a confined child.

Files are untrusted: a child has bounds on memory, time and what it writes, opens no address and no other file than the
one it is given, by the one format its first bytes say it has. Results are written as drafts and put in place when they
are whole, so that a step that was killed is simply done again.
"""
