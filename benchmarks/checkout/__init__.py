"""What is put in carts of one hot product over HTTP, beside the same rows written by a bare app."""
