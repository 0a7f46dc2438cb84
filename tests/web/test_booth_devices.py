"""The booth's devices: chosen on air, unplugged, plugged in again, muted at the headset."""

import pytest
from playwright.async_api import Page, expect

from tests.web import canned_booth
from tests.web.booth_page import IS_OPEN, OWN_ON_AIR, check, said, sit
from tests.web.canned_booth import booth
from tests.web.stub_server import StubServer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BENCH = """
  // A headset and a laptop, to be unplugged at will; every microphone is really the fake one.
  const label = (id) => ({ headset: "Headset", laptop: "Laptop" })[id];
  window.plugged = ["headset", "laptop"];
  window.asked = [];
  const media = navigator.mediaDevices;
  const open = media.getUserMedia.bind(media);
  const kinds = ["audioinput", "audiooutput"];
  const both = (id) =>
    kinds.map((kind) => ({ kind, deviceId: id, label: label(id), groupId: id }));
  media.enumerateDevices = async () => window.plugged.flatMap(both);
  media.getUserMedia = async (wanted) => {
    window.asked.push(wanted.audio);
    const wish = wanted.audio.deviceId?.ideal;
    const id = window.plugged.includes(wish) ? wish : window.plugged[0];
    if (!id) throw new DOMException("none", "NotFoundError");
    const stream = await open({ audio: true });
    const track = stream.getAudioTracks()[0];
    Object.defineProperty(track, "label", { value: label(id) });
    track.getSettings = () => ({ deviceId: id, groupId: id });
    window.microphone = track;
    return stream;
  };
  window.plug = (...ids) => {
    const gone = window.plugged.filter((id) => !ids.includes(id));
    window.plugged = ids;
    if (gone.includes(window.microphone?.getSettings().deviceId)) {
      window.microphone.stop();
      window.microphone.dispatchEvent(new Event("ended"));
    }
    media.dispatchEvent(new Event("devicechange"));
  };
  window.hush = (on) => {
    Object.defineProperty(window.microphone, "muted", { value: on, configurable: true });
    window.microphone.dispatchEvent(new Event(on ? "mute" : "unmute"));
  };
  window.sinks = [];
  HTMLMediaElement.prototype.setSinkId = async function (id) { window.sinks.push(id); };
"""
MICROPHONE = "window.microphone.getSettings().deviceId === '{}'"


async def sit_with_headset(page: Page, stub: StubServer) -> None:
    await page.add_init_script(BENCH)
    await sit(page, stub, OWN_ON_AIR)
    await page.wait_for_function(IS_OPEN)


async def test_devices_are_chosen_without_leaving_the_air(page: Page, stub: StubServer) -> None:
    await sit_with_headset(page, stub)
    await page.keyboard.press("d")
    panel = page.locator(".device-panel")
    await expect(panel).to_be_focused()
    await panel.get_by_label("Microphone").select_option("laptop")
    await page.wait_for_function(MICROPHONE.format("laptop"))
    await page.wait_for_function(IS_OPEN)
    await panel.get_by_label("Headphones").select_option("laptop")
    await page.wait_for_function("window.sinks.at(-1) === 'laptop'")
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "on_air")
    assert said(stub) == []
    await page.locator(".booth").press("d")
    await expect(page.get_by_label("Find a term")).to_be_visible()


async def test_another_microphone_stands_in_until_the_headset_is_back(
    page: Page, stub: StubServer
) -> None:
    await sit_with_headset(page, stub)
    await page.keyboard.press("d")
    await page.get_by_label("Headphones").select_option("headset")
    await page.evaluate("window.plug('laptop')")
    words = page.locator(".booth-said")
    await expect(words).to_contain_text("Headset is gone: Laptop is your microphone until it is")
    await expect(words).to_contain_text("Headset is gone: you hear the system's output")
    await page.wait_for_function(MICROPHONE.format("laptop"))
    await page.wait_for_function(IS_OPEN)
    await page.wait_for_function("window.sinks.at(-1) === ''")
    # Near a loudspeaker the echo must go, which a headset has not.
    assert await page.evaluate("window.asked.map((one) => one.echoCancellation)") == [False, True]
    await page.evaluate("window.plug('laptop', 'headset')")
    await page.wait_for_function(MICROPHONE.format("headset"))
    await page.wait_for_function("window.sinks.at(-1) === 'headset'")
    await page.wait_for_function(IS_OPEN)
    await expect(words).to_have_text("")
    assert said(stub) == []


async def test_without_a_stand_in_the_light_goes_out_until_the_headset_is_back(
    page: Page, stub: StubServer
) -> None:
    await sit_with_headset(page, stub)
    await page.evaluate("window.plug()")
    lamp = page.locator(".lamp")
    await expect(lamp).to_have_attribute("data-lamp", "no_device")
    await expect(page.locator(".own-level.bad")).to_contain_text("The microphone was unplugged.")
    await page.evaluate("window.plug('headset')")
    await expect(lamp).to_have_attribute("data-lamp", "on_air")
    await page.wait_for_function(IS_OPEN)


async def test_a_headset_that_is_muted_is_not_on_air(page: Page, stub: StubServer) -> None:
    await sit_with_headset(page, stub)
    await page.evaluate("window.hush(true)")
    lamp = page.locator(".lamp.bad")
    await expect(lamp).to_contain_text("HEADSET MUTED")
    await expect(lamp).to_contain_text("Nobody hears you.")
    await page.evaluate("window.hush(false)")
    await expect(page.locator(".lamp")).to_have_attribute("data-lamp", "on_air")


async def test_a_headsets_sound_is_taken_as_it_comes_unless_the_interpreter_wants_it_cleaned(
    page: Page, stub: StubServer
) -> None:
    await page.add_init_script(BENCH)
    await sit(page, stub, booth())
    first = await page.evaluate("window.asked[0]")
    kinds = ("echoCancellation", "noiseSuppression", "autoGainControl")
    assert [first[kind] for kind in kinds] == [False, False, False]
    await page.keyboard.press("d")
    await page.get_by_label("Clean up my sound").check()
    await page.wait_for_function("window.asked.length === 2")
    second = await page.evaluate("window.asked[1]")
    assert [second[kind] for kind in kinds] == [True, True, True]


async def test_the_check_plays_the_own_voice_back(page: Page, stub: StubServer) -> None:
    await page.add_init_script(BENCH)
    await page.add_init_script("""
      const start = AudioBufferSourceNode.prototype.start;
      AudioBufferSourceNode.prototype.start = function (at) {
        const sound = this.buffer.getChannelData(0);
        const peak = sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
        window.heard = { length_s: this.buffer.duration, peak };
        return start.call(this, at);
      };
    """)
    stub.view = canned_booth.view(booth(ready=()))
    await check(page, stub)
    await page.get_by_role("button", name="Record and listen").click()
    await expect(page.locator(".booth-trial")).to_contain_text("Recording")
    await expect(page.locator(".booth-trial")).to_contain_text("This is how you sound.")
    heard = await (await page.wait_for_function("window.heard")).json_value()
    assert heard["length_s"] > 2
    assert heard["peak"] > 0.01
