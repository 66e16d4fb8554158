"""CPU time per RTMP publisher against nginx-rtmp: taking the stream alone, and with packaging and recording."""
