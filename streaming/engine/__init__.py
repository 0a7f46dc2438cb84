"""The process of one live room: peers, picture, sound, tap."""
