"""How the whole suite runs."""

from hypothesis import settings
from playwright import async_api, sync_api

# The same examples every time: a change is judged by what it changed.  New examples are looked for
# by ``make test-long``.  No deadline: how long something takes is no matter for a test.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=1000, deadline=None)
settings.load_profile("steady")

# A page that is slow because the machine is busy is not wrong.
for expect in (sync_api.expect, async_api.expect):
    expect.set_options(timeout=20_000)
