"""From tags to HLS: takes of fragmented MP4, cut into segments and parts (RFC 8216bis)."""
