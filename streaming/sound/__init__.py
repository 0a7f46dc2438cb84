"""The sound of a room.

    packets -> buffer (one a source) -> voices (high-pass, gain, meter, gate) -> mixer (languages,
    mix-minus) -> limiter -> AAC (one a language)
                          -> Opus (one a distinct mix) -> routes (which listener gets which)

``engine.SoundEngine`` is the door; everything else runs on its thread only.
"""
