"""The page in a real browser, over the real interface and store, with a bot that plays its part by a script."""

import re
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import expect

from adapters import grammar
from adapters.chat import Bar, Body, Button, Card, Colour, File, Message, Press, Reaction, Row, Section, Style
from adapters.local import PAGE, LocalAdapter
from bot.web import goals
from bot.web.app import create_app
from bot.web.guard import Access
from bot.web.server import bind, serving, url_of
from goals.clock import SystemClock
from goals.domain.values import Origin
from goals.store import open_store
from monitors.drawing import Drawing
from monitors.plot import png
from tests.bot.web.goals import SEEN, Desk
from tests.peers.browser import a_browser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

KEY = "the-key"
expect.set_options(timeout=30_000)
EVIDENCE = "\n".join(f"tests/test_money.py::test_{n} PASSED" for n in range(30))
CARD = Card(
    "🎯 Round half up",
    badge="g7k2 · pending approval",
    colour=Colour.AMBER,
    steps=(Row("find it", "✓"), Row("fix it", "…"), Row("write it down")),
    lines=("Turn 1 of 20 · Verifier ✗ 2 failing (`pytest -q`)",),
    bars=(Bar("Turns", 0.05, "1 / 20"),),
    footer="@ana",
)
QUESTION = Card("✋ Approval needed", "g7k2", Colour.AMBER, lines=("✅ starts the work.",))
AUDIT = Card(
    "✅ Proven · Round half up",
    "g7k2 · completed",
    Colour.GREEN,
    sections=(Section("Criteria", (Row("Amounts are rounded half up", "✓", "test: pytest -q", EVIDENCE),)),),
)


class ScriptedBot:
    """Answers `/goal` with a card and a question; a yes completes the goal, `stop` cancels it."""

    def __init__(self, store):
        self.store = store
        self.came_in = []
        self.connect()

    def connect(self):
        self.local = LocalAdapter(self.store.rooms, SystemClock())

    async def accept(self, event):
        self.came_in.append(event)
        match event:
            case Message(text=text) if text.startswith("/goal"):
                await self._open(event)
            case Reaction(emoji="✅") | Press(action="approve"):
                await self._complete(event)
            case Press(action="cancel"):
                await self.local.port.edit(
                    event.at, event.message, Body("Cancelled", Card("Cancelled", "g7k2"))
                )

    async def _open(self, event):
        port, at = self.local.port, event.at
        stop = Button("Stop", "cancel", "g7k2", Style.DANGER, "Stop this goal for good?")
        yes = Button("Approve", "approve", "a1", Style.PRIMARY)
        no = Button("Deny…", "deny", "a1", Style.DANGER, asks="Why not?")
        await port.react(at, event.id, "👀")
        self.card = await port.post(at, Body("Round half up", CARD, (stop,)), key=f"{event.key}:card")
        self.question = await port.post(
            at, Body("Approval needed", QUESTION, (yes, no)), key=f"{event.key}:ask"
        )

    async def _complete(self, event):
        port, at = self.local.port, event.at
        await port.edit(
            at, self.question, Body("approved", Card("✅ approved by @you", "g7k2", Colour.GREEN))
        )
        done = Card("🎯 Round half up", "g7k2 · proven", Colour.GREEN, steps=(Row("fix it", "✓"),))
        await port.edit(at, self.card, Body("done", done))
        await port.post(
            at, Body("Proven", AUDIT, files=(File("changes.diff", "+new"),)), key=f"{event.key}:audit"
        )


@asynccontextmanager
async def served(bot, port=0, key=KEY):
    routes = bot.local.router(bot.accept, grammar.commands)
    bound = bind("127.0.0.1", port)
    app = create_app(routes, goals.router(Desk()), access=Access(key), page=PAGE, clean=str)
    async with serving(app, bound, end_streams=bot.local.feed.close):
        yield url_of(bound)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    async with a_browser() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def bot(tmp_path):
    store = await open_store("", tmp_path)
    yield ScriptedBot(store)
    await store.close()


@pytest_asyncio.fixture(loop_scope="module")
async def visit(bot, browser):
    """Opens the page; what it complains of, or asks of other hosts, fails the test."""
    wrong = []
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(served(bot))

        async def visit(path=f"?key={KEY}", **context):
            opened = await browser.new_context(**context)
            stack.push_async_callback(opened.close)
            page = await opened.new_page()
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("request", lambda request: request.url.startswith(url) or wrong.append(request.url))
            await page.goto(url + path)
            await expect(page.locator("#app:visible, #locked:visible")).to_have_count(1)
            return page

        yield visit
    assert wrong == []


async def say(page, text, where="Message to the channel"):
    await page.get_by_label(where).fill(text)
    await page.get_by_label(where).press("Enter")


async def ask_for_a_goal(page):
    await say(page, '/goal --verify "pytest -q" round half up')
    thread = page.locator("#replies")
    await expect(thread.locator(".card")).to_have_count(2)
    return thread


async def test_a_goal_is_asked_for_approved_by_a_reaction_and_its_audit_read(visit, bot):
    page = await visit()
    thread = await ask_for_a_goal(page)
    question = thread.locator(".message", has_text="Approval needed")
    await question.hover()
    await question.get_by_label("✅ approve").click()
    await expect(thread.locator(".card").first).to_have_attribute("data-colour", "green")
    await expect(thread.locator(".card").nth(1)).to_contain_text("✅ approved by @you")
    audit = thread.locator(".card", has_text="Proven")
    await audit.get_by_text("30 lines").click()
    await expect(audit.get_by_text("test_29 PASSED")).to_be_visible()
    await expect(page.locator("#messages .summary")).to_contain_text("g7k2 · proven")


async def test_a_button_approves_and_leaves_with_the_question(visit, bot):
    page = await visit()
    thread = await ask_for_a_goal(page)
    await thread.get_by_role("button", name="Approve", exact=True).click()
    await expect(thread.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    presses = [event for event in bot.came_in if isinstance(event, Press)]
    assert [(press.action, press.value, press.who.id) for press in presses] == [("approve", "a1", "you")]


async def test_who_denies_is_asked_why_and_may_leave_it_open(visit, bot):
    page = await visit()
    thread = await ask_for_a_goal(page)
    for reason in ("keep it small", ""):
        await thread.get_by_role("button", name="Deny…").click()
        await thread.get_by_role("textbox", name="Why not?").fill(reason)
        await thread.get_by_role("textbox", name="Why not?").press("Enter")
        await expect(thread.get_by_role("textbox", name="Why not?")).to_have_count(0)
        await expect(thread.get_by_role("button", name="Deny…")).to_be_enabled()
    presses = [event for event in bot.came_in if isinstance(event, Press)]
    assert [(press.action, press.value) for press in presses] == [
        ("deny", "a1 keep it small"),
        ("deny", "a1"),
    ]


async def test_what_cannot_be_undone_is_asked_once_more(visit, bot):
    page = await visit()
    thread = await ask_for_a_goal(page)
    await thread.get_by_role("button", name="Stop").click()
    await thread.get_by_role("button", name="Keep it as it is").click()
    assert not [event for event in bot.came_in if isinstance(event, Press)]
    await thread.get_by_role("button", name="Stop").click()
    await expect(thread.get_by_text("Stop this goal for good?")).to_be_visible()
    await thread.get_by_role("button", name="Stop").click()
    await expect(thread.locator(".card").first).to_contain_text("Cancelled")


async def test_a_question_of_ours_outlives_an_edit_of_its_card(visit, bot):
    page = await visit()
    thread = await ask_for_a_goal(page)
    await thread.get_by_role("button", name="Stop").click()
    stop = Button("Stop", "cancel", "g7k2", Style.DANGER, "Stop this goal for good?")
    fresh = Body("x", Card("Turn 2 now", "g7k2", Colour.BLUE), (stop,))
    at = next(event.at for event in bot.came_in)
    await bot.local.port.edit(at, bot.card, fresh)
    await expect(thread.locator(".card").first).to_contain_text("Turn 2 now")
    await expect(thread.get_by_role("button", name="Keep it as it is")).to_be_focused()


async def test_a_reaction_is_taken_back_with_a_second_click(visit, bot):
    page = await visit()
    await say(page, "good morning")
    message = page.locator("#messages .message")
    await message.hover()
    await message.get_by_label("👍 approve").click()
    chip = message.locator(".reaction")
    await expect(chip).to_have_text("👍1")
    await chip.click()
    await expect(chip).to_have_count(0)


async def test_commands_are_completed_from_the_keyboard(visit, bot):
    page = await visit()
    field = page.get_by_label("Message to the channel")
    await field.press_sequentially("/")
    options = page.get_by_role("option")
    await expect(options.first).to_contain_text("/goal <objective>")
    await field.press("Escape")
    await expect(options.first).to_be_hidden()
    await field.press_sequentially("goal pa")
    await field.press("Tab")
    await expect(field).to_have_value("/goal pause")
    await field.fill("/goal ")
    await field.press_sequentially("--max")
    await field.press("ArrowDown")
    await field.press("Enter")
    await expect(field).to_have_value("/goal --max-time ")
    assert bot.came_in == []


async def test_a_whole_command_is_sent_by_enter_though_the_list_is_open(visit, bot):
    page = await visit()
    field = page.get_by_label("Message to the channel")
    await field.press_sequentially("/goal list")
    await expect(page.get_by_role("option").first).to_be_visible()
    await field.press("Enter")
    await expect(field).to_have_value("")
    assert [event.text for event in bot.came_in] == ["/goal list"]


async def test_shift_enter_makes_a_line_and_a_refused_text_stays_with_its_reason(visit, bot):
    page = await visit()
    field = page.get_by_label("Message to the channel")
    await field.fill("x" * 40_000)
    await field.press("Shift+Enter")
    await field.press_sequentially("y")
    await field.press("Enter")
    await expect(page.locator("#room-composer .problem")).to_have_text(
        "The text has 40,002 characters, 40,000 at most."
    )
    await expect(field).to_have_value(re.compile("x\ny$"))


async def test_what_people_write_is_never_read_as_html(visit, bot):
    page = await visit()
    evil = '<img src=x onerror="document.title=1"> **bold** `<b>` [x](javascript:alert(1))'
    await say(page, evil)
    message = page.locator("#messages .message .text")
    await expect(message).to_have_text(
        '<img src=x onerror="document.title=1"> bold <b> [x](javascript:alert(1))'
    )
    assert await message.locator("img, b, a").count() == 0


async def test_a_little_markdown_is_drawn(visit, bot):
    page = await visit()
    field = page.get_by_label("Message to the channel")
    await field.fill("Please:\n- freeze *time*\n- no sleeps\n```diff\n-sleep(1)\n+advance(1)\n```\nthen `go`")
    await field.press("Enter")
    text = page.locator("#messages .message .text")
    await expect(text.locator("li")).to_have_text(["freeze time", "no sleeps"])
    await expect(text.locator("strong")).to_have_text("time")
    await expect(text.locator("pre .diff")).to_have_text([re.compile("-sleep"), re.compile("\\+advance")])
    await expect(text.locator("code")).to_have_text("go")


async def test_times_are_the_readers_own(visit, bot):
    page = await visit(timezone_id="Asia/Tokyo", locale="en-GB")
    await say(page, "ended 2026-11-02 14:02:09 UTC, updated 15:30 UTC, next 2026-11-02T16:00:00Z")
    await expect(page.locator("#messages .message .text")).to_have_text(
        "ended 2 Nov, 23:02, updated 00:30, next 3 Nov, 01:00"
    )


async def test_only_its_reader_sees_a_private_note(visit, bot):
    ana, bo = await visit(), await visit()
    for page, name in ((ana, "ana"), (bo, "bo")):
        await page.get_by_label("You speak as").fill(name)
        await page.get_by_label("You speak as").press("Enter")
    await say(ana, "/goal x")
    thread = ana.locator("#replies")
    await expect(thread.locator(".card")).to_have_count(2)
    event = bot.came_in[0]
    await bot.local.port.private(event.who, event.at, Body("only @oncall may approve here"), key="p")
    await bot.local.port.post(event.at, Body("for everybody"), key="q")
    await expect(thread.get_by_text("only you see this")).to_be_visible()
    await bo.locator("#messages .summary").click()
    await expect(bo.locator("#replies").get_by_text("for everybody")).to_be_visible()
    await expect(bo.locator("#replies").get_by_text("only @oncall")).to_have_count(0)


async def test_a_thread_with_news_is_marked_until_it_is_opened(visit, bot):
    page = await visit()
    await ask_for_a_goal(page)
    await page.get_by_label("Close the thread").click()
    await bot.local.port.post(bot.came_in[0].at, Body("⏸ Paused at the budget"), key="news")
    summary = page.locator("#messages .summary")
    await expect(summary).to_contain_text("1 new")
    await expect(page).to_have_title("(1) #demo · Goalward")
    await summary.click()
    await expect(page).to_have_title("#demo · Goalward")


async def test_a_lost_connection_is_said_and_what_was_missed_is_found(bot, browser):
    async with AsyncExitStack() as stack:
        async with served(bot) as url:
            context = await browser.new_context()
            stack.push_async_callback(context.close)
            page = await context.new_page()
            await page.goto(f"{url}?key={KEY}")
            await ask_for_a_goal(page)
        await expect(page.get_by_text("Connection lost. Reconnecting…")).to_be_visible()
        bot.connect()
        await bot.local.port.post(bot.came_in[0].at, Body("said meanwhile"), key="m")
        async with served(bot, port=int(url.rstrip("/").rpartition(":")[2])):
            await expect(page.locator("#replies").get_by_text("said meanwhile")).to_be_visible()
            await expect(page.get_by_text("Connection lost. Reconnecting…")).to_be_hidden()


async def test_after_a_restart_with_another_key_the_page_asks_for_it(bot, browser):
    async with AsyncExitStack() as stack:
        async with served(bot) as url:
            context = await browser.new_context()
            stack.push_async_callback(context.close)
            page = await context.new_page()
            await page.goto(f"{url}?key={KEY}")
            await expect(page.get_by_text("Say what you want done")).to_be_visible()
        bot.connect()
        async with served(bot, port=int(url.rstrip("/").rpartition(":")[2]), key="another"):
            await expect(page.get_by_text("This link needs the key")).to_be_visible()
            await page.get_by_role("textbox", name="The key").fill("another")
            await page.get_by_role("button", name="Open").click()
            await expect(page.get_by_text("Say what you want done")).to_be_visible()


async def test_without_the_key_the_page_says_where_to_find_it(visit):
    page = await visit(path="")
    await expect(page.get_by_role("heading", name="This link needs the key")).to_be_visible()
    await expect(page.locator("#app")).to_be_hidden()


async def test_an_empty_channel_shows_how_to_begin(visit, bot):
    page = await visit()
    await page.get_by_label("Name of a new channel").fill("Night Shift")
    await page.get_by_label("Name of a new channel").press("Enter")
    await expect(page.get_by_role("heading", name="# night-shift")).to_be_visible()
    await page.get_by_role("button", name="make the tests pass").click()
    field = page.get_by_label("Message to the channel")
    await expect(field).to_be_focused()
    await field.press("Enter")
    await expect(page.locator("#replies .card").first).to_be_visible()
    assert bot.came_in[0].at.channel == "night-shift"


async def test_on_a_phone_there_is_one_column_with_a_way_back(visit, bot):
    page = await visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    thread = await ask_for_a_goal(page)
    await expect(page.locator("#messages")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await thread.get_by_role("button", name="React").last.tap()
    await thread.locator(".picking").get_by_label("✅ approve").tap()
    await expect(thread.locator(".card").first).to_have_attribute("data-colour", "green")
    await page.get_by_label("Back to the channel", exact=True).tap()
    await expect(page.locator("#messages .summary")).to_contain_text("g7k2 · proven")
    await page.get_by_label("Back to the channels").tap()
    await page.get_by_role("link", name="demo").tap()
    await expect(page.locator("#messages")).to_be_visible()


async def test_the_keyboard_reaches_everything(visit, bot):
    page = await visit()
    await page.keyboard.press("Tab")
    await expect(page.get_by_text("Skip to the messages")).to_be_focused()
    await ask_for_a_goal(page)
    approve = page.get_by_role("button", name="Approve", exact=True)
    react = page.locator("#replies").get_by_role("button", name="React").last
    await react.focus()
    await react.press("Enter")
    await expect(page.get_by_label("✅ approve")).to_be_focused()
    await page.keyboard.press("Escape")
    await approve.focus()
    await approve.press("Enter")
    await expect(page.locator("#replies .card").last).to_contain_text("Proven")
    await page.keyboard.press("Escape")
    await expect(page.locator("#thread")).to_be_hidden()


THERE = Origin("local", "demo", "")


async def test_a_monitors_card_shows_what_it_has_seen(visit, bot):
    page = await visit()
    watched = Card("👁 Checkout is fast", "g7k2 · active", lines=("p99 250", "▁▂█ 250"), chart="g7k2")
    await bot.local.port.post(THERE, Body("Checkout is fast", watched), key="card")
    chart = page.locator("#messages .card .chart")
    await expect(chart.locator("figcaption")).to_contain_text("250240 to 400")
    await expect(page.get_by_text("▁▂█ 250")).to_be_hidden()
    drawn = [
        await chart.locator(f"svg .{part}").count() for part in ("value", "band", "edge", "broke", "limit")
    ]
    assert drawn == [2, 1, 1, 1, 0]
    await expect(chart.get_by_role("img")).to_have_attribute("aria-label", "10 readings, the last one 250")


async def test_a_card_without_readings_has_no_chart(visit, bot):
    page = await visit()
    watched = Card("👁 Nobody knows it", "zzzz · active", lines=("not looked at yet",), chart="zzzz")
    await bot.local.port.post(THERE, Body("Nobody knows it", watched), key="card")
    await expect(page.locator("#messages .card")).to_contain_text("not looked at yet")
    await expect(page.locator("#messages .chart")).to_be_hidden()


async def test_a_picture_stands_in_its_message(visit, bot):
    page = await visit()
    picture = File("g7k2.png", data=await png(Drawing("p99", SEEN)), media="image/png")
    await bot.local.port.post(THERE, Body("What goal g7k2 has seen:", files=(picture,)), key="plot")
    shown = page.get_by_role("img", name="g7k2.png")
    await expect(shown).to_be_visible()
    await page.wait_for_function("() => document.querySelector('.picture img').naturalWidth === 1024")
