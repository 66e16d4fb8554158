"""The media plane: RTMP ingest, LL-HLS origin, recording. Knows no domain and no database; asks the API by hooks."""
