"""From tags to HLS: one ffmpeg a take writes fragmented MP4, cut here into segments and parts (RFC 8216bis)."""
