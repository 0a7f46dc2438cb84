"""The program picture: decode, compose, encode."""
