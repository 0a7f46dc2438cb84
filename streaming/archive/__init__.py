"""Recordings made ready to be played by a browser: taken apart, never encoded again."""
