"""How each channel's sign-in is reaches the room: at start, daily, in the preflight, when asked."""

import pytest
from redis.asyncio import Redis

from streaming.youtube.credentials import Vault
from streaming.youtube.settings import YouTubeSettings
from tests.fakes.youtube import EN_CHANNEL, ZH_CHANNEL, YouTubeStandIn
from tests.streaming.youtube.desk import EN, Desk, keeping
from venue.broadcast_commands import ChannelSight
from venue.ids import Instant

pytestmark = pytest.mark.redis

DAY_MS = 86_400_000


def sight(desk: Desk, channel: str) -> ChannelSight:
    return desk.room.broadcasts.channels.get(channel, ChannelSight())


async def seen(desk: Desk, **codes: str) -> None:
    wanted = {channel.replace("_", "-"): f"youtube.{code}" for channel, code in codes.items()}
    await desk.until(
        lambda: all(sight(desk, channel).code == code for channel, code in wanted.items()),
        f"{wanted}, but {desk.room.broadcasts.channels}",
    )


async def test_at_start_with_nothing_prepared(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    standin.run(lambda: standin.state.tokens.revoke_channel(ZH_CHANNEL))
    async with keeping(desk, settings, redis):
        await seen(desk, city_en="signed_in", city_zh="sign_in")
        assert (sight(desk, "city-en").verdict, sight(desk, "city-zh").verdict) == ("good", "bad")
        assert sight(desk, "city-en").id == EN_CHANNEL
    assert not desk.room.broadcasts.languages


async def test_a_day_later_and_when_asked(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis) as office:
        await seen(desk, city_en="signed_in", city_zh="signed_in")
        standin.run(lambda: standin.state.tokens.revoke_channel(EN_CHANNEL))
        desk.clock.skipped_ms += DAY_MS + 1
        desk.do("broadcast.panic", on=True)
        await seen(desk, city_en="sign_in", city_zh="signed_in")
        standin.run(lambda: standin.state.tokens.revoke_channel(ZH_CHANNEL))
        await office.try_again(("city-zh",))
        await seen(desk, city_en="sign_in", city_zh="sign_in")


async def test_in_the_preflight_and_back_at_once_after_a_new_sign_in(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    async with keeping(desk, settings, redis) as office:
        await seen(desk, city_en="signed_in")
        standin.run(lambda: standin.state.tokens.revoke_channel(EN_CHANNEL))
        desk.do("broadcast.preflight", langs=["en"])
        await seen(desk, city_en="sign_in")
        await desk.until(lambda: desk.broadcast(EN).sight.code == "youtube.sign_in", "told")
        vault, issued = Vault(settings), standin.token(EN_CHANNEL)
        secret = vault.reveal(vault.find("city-en"))
        fresh = type(secret)(secret.client_id, secret.client_secret, issued["refresh_token"])
        vault.keep(EN_CHANNEL, "City", "city-en", fresh, Instant(desk.clock()))
        await office.try_again(("city-en",))
        await desk.until(lambda: desk.broadcast(EN).sight.code == "youtube.ready", "ready")
        assert sight(desk, "city-en").code == "youtube.signed_in"


async def test_a_week_s_end_is_named_before_it_comes(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    vault = Vault(settings)
    stored = vault.find("city-en")
    ends = Instant(stored.granted_at + 7 * DAY_MS)
    vault.keep(stored.id, "City", "city-en", vault.reveal(stored), stored.granted_at, ends)
    async with keeping(desk, settings, redis):
        await seen(desk, city_en="signed_in_testing", city_zh="signed_in")
        assert (sight(desk, "city-en").verdict, sight(desk, "city-en").expires_at) == (
            "warning",
            ends,
        )
        standin.run(lambda: standin.state.tokens.revoke_channel(EN_CHANNEL))
        desk.clock.skipped_ms += 7 * DAY_MS
        desk.do("broadcast.panic", on=True)
        await seen(desk, city_en="sign_in_testing")


async def test_a_first_sign_in_is_not_left_waiting(
    standin: YouTubeStandIn, desk: Desk, settings: YouTubeSettings, redis: "Redis"
) -> None:
    vault = Vault(settings)
    stored = vault.find("city-en")
    vault.forget("city-en")
    async with keeping(desk, settings, redis) as office:
        desk.do("broadcast.prepare", langs=["en"])
        await desk.until(lambda: desk.broadcast(EN).sight.code == "youtube.unknown_channel", "told")
        await seen(desk, city_en="unknown_channel")
        vault.keep(stored.id, "City", "city-en", vault.reveal(stored), Instant(desk.clock()))
        await office.try_again(("city-en",))
        # Left alone, it would be tried again after ten minutes of the desk's clock: thirty of ours.
        await desk.until(lambda: desk.lifecycle(EN) == "ready", "prepared", limit_s=20)
