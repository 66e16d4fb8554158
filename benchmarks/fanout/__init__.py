"""One room, many sockets: CPU time of the gateway per delivered message against Node's `ws`."""
