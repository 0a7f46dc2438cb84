"""The moderator's desk: keys, buttons, drags and refusals, as somebody at the desk meets them."""

import pytest
from playwright.sync_api import Page, expect

from tests.web_desk.conftest import OpenPage, stand_still, violations
from tests.web_desk.stub import Stub
from tests.web_desk.views import floor, now_ms, output, program, question, seats, session, waiting

pytestmark = pytest.mark.browser


def desk(open_page: OpenPage, stub: Stub, ui: str = "en", **options: object) -> Page:
    page = open_page(f"{stub.url}/join?ui={ui}#ticket", **options)
    expect(page.get_by_role("main")).to_be_visible()
    page.locator(".verbs").wait_for()
    return page


@pytest.mark.parametrize(
    ("key", "name", "body"),
    [
        ("n", "floor.call", {"turn": "t2", "expect_current": "t1"}),
        ("p", "floor.pause", {"turn": "t1", "reason": "chair"}),
        ("e", "floor.end", {"turn": "t1"}),
        ("l", "floor.close", {}),
        ("x", "floor.extend", {"turn": "t1", "seconds": 30}),
        ("Shift+X", "floor.extend", {"turn": "t1", "seconds": 60}),
        ("z", "floor.undo", {"command": "c9"}),
        ("c", "floor.chair", {"open": True}),
        ("a", "question.approve", {"question": "q2", "version": 1, "expect_state": "pending"}),
    ],
)
def test_a_key_sends_its_verb_about_what_is_shown(
    open_page: OpenPage, desk_stub: Stub, key: str, name: str, body: dict[str, object]
) -> None:
    page = desk(open_page, desk_stub)
    page.keyboard.press(key)
    assert desk_stub.wait_for(1) == [(name, body)]


def test_the_verbs_say_what_they_will_do(open_page: OpenPage, desk_stub: Stub) -> None:
    page = desk(open_page, desk_stub)
    verbs = page.get_by_role("group", name="Floor")
    expect(verbs.get_by_role("button", name="Call Gdynia")).to_be_enabled()
    expect(verbs.get_by_role("button", name="Pause")).to_be_enabled()
    desk_stub.push(floor=floor("held", list="closed"))
    expect(verbs.get_by_role("button", name="Resume")).to_be_enabled()
    expect(verbs.get_by_role("button", name="Open list")).to_be_enabled()
    desk_stub.push(floor=floor("calling"))
    expect(verbs.get_by_role("button", name="Start")).to_be_enabled()
    desk_stub.push(floor=floor("idle", queue=[]))
    expect(verbs.get_by_role("button", name="Nobody waits")).to_be_disabled()
    expect(verbs.get_by_role("button", name="End")).to_be_disabled()


def test_a_double_press_sends_once(open_page: OpenPage, desk_stub: Stub) -> None:
    page = desk(open_page, desk_stub)
    stand_still(page)
    page.get_by_role("button", name="Call Gdynia").dblclick()
    page.keyboard.press("e")
    names = [name for name, _ in desk_stub.wait_for(2)]
    assert names == ["floor.call", "floor.end"]


def test_typing_is_not_a_command(open_page: OpenPage, desk_stub: Stub) -> None:
    page = desk(open_page, desk_stub)
    page.keyboard.press("r")
    page.get_by_role("textbox", name="Name").fill("Room microphone 2")
    page.get_by_role("textbox", name="Name").press("n")
    page.get_by_role("button", name="Add to the queue").click()
    body = {"name": "Room microphone 2n", "delegation": "", "source": "room"}
    assert desk_stub.wait_for(1) == [("floor.add_for", body)]
    expect(page.get_by_role("status")).to_contain_text("Room microphone 2n is in the queue.")


def test_a_refusal_is_said_in_words(open_page: OpenPage, desk_stub: Stub) -> None:
    refused = {"ok": False, "error": {"code": "floor.advanced", "params": {}}}
    desk_stub.answer = lambda name, body: refused
    page = desk(open_page, desk_stub)
    page.keyboard.press("n")
    expect(page.get_by_role("status")).to_contain_text("Somebody was faster")


def test_an_unknown_refusal_still_says_what_to_do(open_page: OpenPage, desk_stub: Stub) -> None:
    desk_stub.answer = lambda name, body: {"ok": False, "error": {"code": "moon.full"}}
    page = desk(open_page, desk_stub, "zh-Hant")
    page.keyboard.press("e")
    expect(page.get_by_role("status")).to_contain_text("moon.full")


def handle(page: Page, name: str) -> tuple[float, float]:
    box = page.get_by_role("button", name=f"{name}, place").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_drag_names_the_turn_to_stand_behind_and_survives_arrivals(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    page = desk(open_page, desk_stub)
    page.mouse.move(*handle(page, "Edinburgh"))
    page.mouse.down()
    x, y = handle(page, "Gdynia")
    page.mouse.move(x, y + 40, steps=4)
    queue = floor()["queue"]
    desk_stub.push(floor=floor(queue=[*queue, waiting("t6", 7)]))
    expect(page.get_by_role("button", name="Rzeszów, place 5")).to_be_visible()
    page.mouse.move(x, y + 30, steps=2)
    page.mouse.up()
    assert desk_stub.wait_for(1) == [("floor.move", {"turn": "t4", "after": "t2"})]


def test_a_drag_above_all_goes_to_the_top(open_page: OpenPage, desk_stub: Stub) -> None:
    page = desk(open_page, desk_stub)
    page.mouse.move(*handle(page, "Vysočina"))
    page.mouse.down()
    x, y = handle(page, "Gdynia")
    page.mouse.move(x, y - 20, steps=4)
    page.mouse.up()
    assert desk_stub.wait_for(1) == [("floor.move", {"turn": "t3", "after": "top"})]


def test_keys_move_a_waiting_speaker(open_page: OpenPage, desk_stub: Stub) -> None:
    page = desk(open_page, desk_stub)
    page.get_by_role("button", name="Edinburgh, place").press("Alt+ArrowUp")
    page.get_by_role("button", name="Vysočina, place").press("Alt+ArrowDown")
    page.get_by_role("button", name="Selangor, place").press("Alt+Home")
    assert [body for _, body in desk_stub.wait_for(3)] == [
        {"turn": "t4", "after": "t2"},
        {"turn": "t3", "after": "t4"},
        {"turn": "t5", "after": "top"},
    ]


def test_calling_somebody_away_asks_first(open_page: OpenPage, desk_stub: Stub) -> None:
    page = desk(open_page, desk_stub)
    page.get_by_role("button", name="More for Selangor").click()
    page.get_by_role("button", name="Call Selangor").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Selangor is away")
    assert desk_stub.commands == []
    dialog.get_by_role("button", name="Call Selangor").click()
    body = {"turn": "t5", "expect_current": "t1"}
    assert desk_stub.wait_for(1) == [("floor.call", body)]


def test_ending_the_broadcast_asks_once_and_names_the_consequence(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    page = desk(open_page, desk_stub)
    page.get_by_role("button", name="ON AIR").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("English and Chinese for 2,077 viewers")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="ON AIR")).to_be_focused()
    page.get_by_role("button", name="ON AIR").click()
    dialog.get_by_role("button", name="End the broadcast").click()
    assert desk_stub.wait_for(1) == [("onair.stop", {})]


def test_going_on_air_shows_the_targets_first(open_page: OpenPage, desk_stub: Stub) -> None:
    desk_stub.view["program"] = program(on_air=False)
    page = desk(open_page, desk_stub)
    page.get_by_role("button", name="Off air").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("listitem")).to_have_count(4)
    dialog.get_by_role("button", name="Go on air now").click()
    assert desk_stub.wait_for(1) == [("onair.start", {})]


def test_a_target_is_added_with_its_key_hidden(open_page: OpenPage, desk_stub: Stub) -> None:
    page = desk(open_page, desk_stub)
    page.get_by_role("button", name="Outputs").click()
    expect(page.get_by_text("The platform refused the stream.")).to_be_visible()
    page.get_by_role("button", name="Add a target").click()
    expect(page.get_by_label("Stream key")).to_have_attribute("type", "password")
    page.get_by_label("Server address").fill("rtmps://live.example/app/")
    page.get_by_label("Stream key").fill("se-cr-et")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    body = {"kind": "rtmp", "url": "rtmps://live.example/app/se-cr-et", "lang": "en"}
    assert desk_stub.posted == [("Bearer ticket", body)]


def test_rejecting_gives_a_reason(open_page: OpenPage, desk_stub: Stub) -> None:
    page = desk(open_page, desk_stub)
    page.get_by_role("button", name="Reject", exact=True).first.click()
    page.get_by_role("button", name="Asked already").click()
    body = {"question": "q2", "reason": "duplicate", "expect_state": "pending"}
    assert desk_stub.wait_for(1) == [("question.reject", body)]


def test_a_new_question_never_moves_the_one_being_read(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    page = desk(open_page, desk_stub)
    shown = page.get_by_role("tabpanel").get_by_role("article")
    expect(shown).to_have_count(2)
    late = question("q20", "pending", "What about the ferries?", submitted_at=9_999_999_999_999)
    desk_stub.push(questions=[late, *desk_stub.view["questions"]])
    expect(shown).to_have_count(3)
    expect(shown.last).to_contain_text("ferries")


def test_a_seat_is_brought_on_stage_from_its_card(open_page: OpenPage, desk_stub: Stub) -> None:
    page = desk(open_page, desk_stub)
    page.get_by_role("list", name="Seats at the table").get_by_role(
        "button", name="Edinburgh"
    ).click()
    page.get_by_role("button", name="Bring on stage").click()
    page.get_by_role("button", name="Mute", exact=True).click()
    seat = {"seat": "edinburgh"}
    assert desk_stub.wait_for(2) == [("stage.bring", seat), ("mute", seat)]


def test_the_card_says_where_a_seat_is_once(open_page: OpenPage, desk_stub: Stub) -> None:
    page = desk(open_page, desk_stub)
    table = page.get_by_role("list", name="Seats at the table")
    table.get_by_role("button", name="Edinburgh").click()
    expect(page.get_by_role("dialog").get_by_text("remote", exact=True)).to_have_count(1)


def test_a_muted_seat_is_asked_and_never_opened(open_page: OpenPage, desk_stub: Stub) -> None:
    page = desk(open_page, desk_stub)
    page.get_by_role("list", name="Seats at the table").get_by_role(
        "button", name="Edo State"
    ).click()
    page.get_by_role("button", name="Ask to unmute").click()
    assert desk_stub.wait_for(1) == [("mute.ask", {"seat": "edo"})]
    asked = [s | {"asked_to_unmute": s["seat"] == "edo"} for s in seats()]
    desk_stub.push(seats=asked)
    expect(page.get_by_role("button", name="Asked; waiting for them")).to_be_disabled()
    desk_stub.push(seats=[s | {"muted": False} for s in seats()])
    expect(page.get_by_role("button", name="Mute", exact=True)).to_be_enabled()


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (("running", "running"), "EN good"),
        (("failed", "running"), "EN 1 of 2 failing"),
        (("retrying", "running"), "EN 1 of 2 failing"),
        (("failed", "failed"), "EN failed"),
        (("failed", "retrying"), "EN does not arrive, trying again"),
        (("degraded", "running"), "EN weak"),
    ],
)
def test_a_language_fails_only_when_all_its_targets_do(
    open_page: OpenPage, desk_stub: Stub, states: tuple[str, str], words: str
) -> None:
    # What the other language and the recording do says nothing about this one.
    desk_stub.view["outputs"] = [
        output("o1", "rtmp", "en", states[0]),
        output("o2", "hls", None, states[1]),
        output("o3", "rtmp", "zh", "failed"),
        output("rec", "recording", None, "running"),
    ]
    page = desk(open_page, desk_stub)
    expect(page.locator(".health[data-lang=en]")).to_contain_text(words)


def test_a_target_says_that_its_picture_is_in_its_language_alone(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    desk_stub.view["session"] = session(own_pictures=["zh"])
    desk_stub.view["outputs"] = [
        output("o1", "rtmp", "en", "running"),
        output("o2", "rtmp", "zh", "running"),
        output("o3", "hls", "zh", "running"),
    ]
    page = desk(open_page, desk_stub)
    page.get_by_role("button", name="Outputs").click()
    rows = page.locator(".output")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="picture in Chinese alone")).to_have_count(1)
    expect(rows.nth(1)).to_contain_text("picture in Chinese alone")


def test_a_target_that_failed_is_tried_again_and_at_once_by_a_press(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    desk_stub.view["outputs"] = [
        output("o1", "rtmp", "en", "failed", error="output.unknown_host", trying=True),
        output("o2", "rtmp", "zh", "failed", error="output.bad_url"),
        output("o3", "rtmp", "zh", "running"),
    ]
    page = desk(open_page, desk_stub)
    page.get_by_role("button", name="Outputs").click()
    rows = page.locator(".output")
    expect(rows.nth(0)).to_contain_text("failed, trying again")
    expect(rows.nth(0)).to_contain_text("name is not known. It is tried again by itself.")
    expect(rows.nth(1).locator(".pill")).to_have_text("failed")
    expect(page.get_by_role("button", name="Try again now")).to_have_count(1)
    rows.nth(0).get_by_role("button", name="Try again now: RTMP EN").click()
    assert desk_stub.wait_for(1) == [("output.retry", {"output": "o1"})]
    assert violations(page, ".outputs") == []


def test_the_closing_of_the_list_is_announced_and_taken_back(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    page = desk(open_page, desk_stub)
    page.get_by_role("button", name="List open").click()
    before_ms = now_ms()
    page.get_by_role("button", name="5 minutes").click()
    ((name, body),) = desk_stub.wait_for(1)
    assert name == "floor.close"
    assert before_ms + 290_000 < body["closing_at"] < now_ms() + 310_000
    desk_stub.push(floor=floor(closing_at=now_ms() + 119_500))
    page.get_by_role("button", name="Closes in 1:5").click()
    page.get_by_role("button", name="Keep it open").click()
    assert desk_stub.wait_for(2)[1] == ("floor.open", {})


def test_the_mode_is_switched_and_an_open_panel_is_asked_first(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    page = desk(open_page, desk_stub)
    modes = page.get_by_role("group", name="Whose microphones are open")
    expect(modes.get_by_role("button", name="By turn")).to_have_attribute("aria-pressed", "true")
    modes.get_by_role("button", name="Open panel").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Heard at once: Taipei and Dijon")
    assert desk_stub.commands == []
    dialog.get_by_role("button", name="Open the panel").click()
    assert desk_stub.wait_for(1) == [("floor.mode", {"mode": "panel_open"})]
    desk_stub.push(floor=floor(mode="panel_open"))
    expect(page.get_by_text("2 microphones on stage are open")).to_be_visible()
    modes.get_by_role("button", name="Chair only").click()
    assert desk_stub.wait_for(2)[1] == ("floor.mode", {"mode": "chair_only"})


def test_a_newer_window_takes_the_desk_and_the_older_says_so(
    open_page: OpenPage, desk_stub: Stub
) -> None:
    page = desk(open_page, desk_stub)
    desk_stub.emit("media", {"kind": "gone", "reason": "replaced"})
    heading = page.get_by_role("heading", name="Your seat is open in another window")
    expect(heading).to_be_visible()
    page.get_by_role("button", name="Use it here").click()
    expect(page.locator(".verbs")).to_be_visible()


def test_keys_can_be_switched_off(open_page: OpenPage, desk_stub: Stub) -> None:
    page = desk(open_page, desk_stub)
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Single keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.get_by_role("button", name="End").click()
    assert [name for name, _ in desk_stub.wait_for(1)] == ["floor.end"]


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
@pytest.mark.parametrize("ui", ["en", "zh-Hant"])
def test_the_desk_fits_the_screen(
    open_page: OpenPage, desk_stub: Stub, ui: str, size: tuple[int, int]
) -> None:
    page = desk(open_page, desk_stub, ui, viewport={"width": size[0], "height": size[1]})
    tall, wide = page.evaluate(
        "[document.documentElement.scrollHeight, document.documentElement.scrollWidth]"
    )
    assert (wide, tall) == size


@pytest.mark.parametrize("width", [360, 768])
def test_a_narrow_desk_never_scrolls_sideways(
    open_page: OpenPage, desk_stub: Stub, width: int
) -> None:
    page = desk(open_page, desk_stub, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("ui", ["en", "zh-Hant"])
def test_axe_finds_nothing_on_the_desk(open_page: OpenPage, desk_stub: Stub, ui: str) -> None:
    page = desk(open_page, desk_stub, ui)
    assert violations(page) == []
    page.locator(".side-switch").nth(1).click()
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    assert violations(page) == []
