"""Video files of channels: shows that are over, uploads and clips; what is made of them, and who may watch them."""
