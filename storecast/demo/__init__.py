"""A live sale made on this machine: a picture and music, a host who shows three lamps, guests who chat and buy.

It speaks to the platform only as an outside client would: HTTP for everything, RTMP for the picture.
"""
