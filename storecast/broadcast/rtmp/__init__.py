"""RTMP ingest: handshake, chunk streams, AMF0 commands. Publishing only.

The standards meant in this folder are Adobe's Real Time Messaging Protocol 1.0 (2012) and Veovera's Enhanced RTMP v2.
"""
