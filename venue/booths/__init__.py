"""The interpreters' booths."""
