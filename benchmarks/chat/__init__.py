"""From a message that the API has accepted until the last of many sockets has it; from a closed door until all know."""
