"""The floor: who speaks, who waits, and for how long.

    (none) --request, add_for--> queued --call--> calling --start--> speaking --end--> ended
    queued --withdraw--> (gone)              speaking --pause, loss--> held --resume--> speaking
    calling, held --end--> ended        ended --undo of the call--> as it was

Words are those of OpenSlides and RFC 8855.  The clock starts when the speaker is live, not at the
call; reconnecting resumes nothing.
"""
