"""Make it easier: five settings, for every page that people who answer see, with scripts and without."""

import re

import pytest
from browser import browser, shot
from factories import make_wave
from playwright.sync_api import expect
from test_accessibility import SIZES, faults_of, site  # noqa: F401  (a fixture)
from test_collection import answer, begin, check_page_key, receipt_words

from feedback.collection.easier import as_cookie, chosen, way_back

# Werkzeug leaves a file that a browser no longer wants to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

NAMES = ["bigger", "dark", "calm", "letters"]
#: One of each layout: what they say and how they are built is looked at in `test_pages`.
PAGES = ["/", "/accessibility", "/receipt", "/easier", "/w/your-view-now"]
OWN_PAGES = ["q/y1", "q/y25", "later", "check"]


def look_of(page):
    classes = re.search(r'<html [^>]*class="([^"]*)"', page.get_data(as_text=True)).group(1)
    return {name.removeprefix("easier-") for name in classes.split() if name.startswith("easier-")}


def choose(client, *names, back="/"):
    return client.post("/easier", data={name: name if name in names else "usual" for name in NAMES} | {"back": back})


def cookie_line(answer):
    return next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("easier="))


@pytest.fixture
def wave(database, keys):
    return make_wave(database, keys, key="yours", questionnaire="your-view", draft_accepted_by="Ada")


def test_what_is_chosen_is_on_every_page_and_on_error_pages(app, client, wave):
    assert look_of(client.get("/")) == set()
    choose(client, "dark", "bigger")
    begin(client)
    for address in [
        "/",
        "/receipt",
        "/come-back",
        "/w/yours",
        "/w/yours/q/agree",
        "/w/yours/later",
        "/nothing",
        "/w/x",
    ]:
        assert look_of(client.get(address)) == {"dark", "bigger"}, address
    assert look_of(client.post("/who-reads-this")) == {"dark", "bigger"}
    assert look_of(app.test_client().get("/")) == set()
    choose(client)
    assert look_of(client.get("/")) == set()


def test_the_cookie_holds_settings_only_and_goes_with_the_browser(client):
    line = cookie_line(choose(client, *NAMES))
    assert line.startswith("easier=bigger.calm.dark.letters;")
    assert "HttpOnly" in line and "SameSite=Lax" in line and "Path=/" in line
    assert "Expires" not in line and "Max-Age" not in line
    assert "Max-Age=0" in cookie_line(choose(client))


@pytest.mark.parametrize("said", ["", "dark.dark", "DARK", '"><script>', "x" * 3000, "a.b.c.\x01", "dark;x"])
def test_a_cookie_with_anything_else_is_passed_over(client, said):
    assert chosen(said) <= {"dark"}
    client.set_cookie("easier", said)
    page = client.get("/")
    assert page.status_code == 200 and look_of(page) <= {"dark"} and "<script>x" not in page.get_data(as_text=True)


def test_a_value_that_is_no_choice_counts_as_usual(client):
    answer = client.post("/easier", data={"dark": "<b>", "bigger": "dark", "calm": "calm", "back": "/"})
    assert cookie_line(answer).startswith("easier=calm;")
    assert as_cookie(["calm", None, "admin"]) == "calm"


def test_the_way_back_leads_to_the_page_one_came_from(client, wave):
    begin(client)
    page = client.get("/w/yours/q/agree?check=1").get_data(as_text=True)
    link = re.search(r'href="(/easier\?back=[^"]+)"', page).group(1)
    shown = client.get(link).get_data(as_text=True)
    assert 'name="back" value="/w/yours/q/agree?check=1"' in shown
    assert choose(client, "dark", back="/w/yours/q/y25?check=1").location == "/w/yours/q/y25?check=1"
    assert choose(client, "dark", back="/come-back").location == "/come-back"


ELSEWHERE = [
    None,
    "",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/",
    "https:evil.example",
    "/%2Fevil.example",
    "/%5Cevil.example",
    "///evil.example",
    "/w//evil.example",
    "javascript:alert(1)",
    "/no-such-page",
    "/staff/logout",
    "/desk",
    "/easier?back=/easier",
    "/w/yours/send",
    "/receipt/take-away",
    "/w/yours\r\nSet-Cookie: a=b",
    "/static/soundings.css",
    "/\t/evil.example",
    "//[evil",
    "/" * 3000,
    "/w/" + "x" * 3000,
]


@pytest.mark.parametrize("asked", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_no_link_leads_anywhere_else(app, client, wave, asked):
    with app.test_request_context():
        way = way_back(asked)
    answer = choose(client, "dark", back=asked or "")
    assert answer.status_code == 303 and answer.location == way
    assert way == "/" or re.fullmatch(r"/w/x{1,500}", way)
    page = client.get("/easier", query_string={"back": asked or ""}).get_data(as_text=True)
    assert "evil" not in page and "javascript:" not in page


def test_a_query_is_not_carried_along(app):
    with app.test_request_context():
        assert way_back("/receipt?next=//evil.example") == "/receipt"
        assert way_back("/receipt#//evil.example") == "/receipt"


def test_a_stale_token_keeps_the_choices(app):
    app.config["WTF_CSRF_ENABLED"] = True
    page = app.test_client().post("/easier", data={"dark": "dark", "back": "/receipt", "csrf_token": "stale"})
    text = page.get_data(as_text=True)
    assert page.status_code == 422 and re.search(r'value="dark"\s+checked', text) and 'value="/receipt"' in text


def test_the_receipt_is_shown_in_the_look_of_who_sent(app, client, wave):
    for names in ((), ("dark",), ("bigger", "calm"), ()):
        browser_ = app.test_client()
        choose(browser_, *names)
        begin(browser_)
        answer(browser_, "agree", q_agree="agree")
        page = browser_.post("/w/yours/send", data={"key": check_page_key(browser_)})
        assert look_of(page) == set(names) and len(receipt_words(page.get_data(as_text=True))) == 6
        assert "/easier" not in page.get_data(as_text=True), "who leaves this page loses its words"


@pytest.mark.parametrize(
    "size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.full)], ids=lambda size: f"{size[0]}px"
)
@pytest.mark.parametrize("name", NAMES)
def test_no_page_has_a_fault_in_any_look(site, name, size):  # noqa: F811
    faults = {}
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
        page.set_default_timeout(8000)
        page.goto(site + "/easier?back=/w/your-view-now")
        page.locator(f"input[name={name}][value={name}]").check()
        page.get_by_role("button", name="Show it like this").click()
        expect(page).to_have_url(site + "/w/your-view-now")
        page.get_by_role("button", name="Start").click()
        page.locator("input[value=agree]").check()
        page.get_by_role("button", name="Continue").click()
        for address in PAGES + [f"/w/your-view-now/{own}" for own in OWN_PAGES]:
            page.goto(site + address)
            assert f"easier-{name}" in page.locator("html").get_attribute("class")
            if found := faults_of(page):
                faults[address] = found
            if address.endswith(("now", "y1", "y25", "later")):
                shot(page, f"easier-{name}{address.replace('/', '-')}-{size[0]}")
        page.goto(site + "/come-back")
        page.get_by_role("button", name="Go to my answers").click()
        expect(page.locator(".govuk-error-summary")).to_be_focused()  # the page has come, its script as well
        faults |= {"in error": found} if (found := faults_of(page)) else {}
    assert faults == {}


def test_it_works_without_scripts_and_all_at_once(site):  # noqa: F811
    with browser() as chromium:
        context = chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
        page = context.new_page()
        page.goto(site + "/who-reads-this")
        page.get_by_role("link", name="Make it easier").click()
        for name in NAMES:
            page.locator(f"input[name={name}][value={name}]").check()
        page.get_by_role("button", name="Show it like this").click()
        expect(page).to_have_url(site + "/who-reads-this")
        for name in NAMES:
            expect(page.locator(f"html.easier-{name}")).to_have_count(1)
        shot(page, "easier-all-320")


def test_dark_is_never_guessed_from_the_device(site):  # noqa: F811
    with browser() as chromium:
        page = chromium.new_context(color_scheme="dark").new_page()
        page.goto(site + "/")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 247, 240)"


@pytest.fixture
def question_page(site):  # noqa: F811
    """A question in a browser for which the way out is a page of ours."""
    with browser() as chromium:
        page = chromium.new_page()
        page.set_default_timeout(8000)
        page.route(re.compile("bbc"), lambda route: route.fulfill(body="weather", content_type="text/html"))
        page.goto(site + "/")
        page.goto(site + "/w/your-view-now")
        page.get_by_role("button", name="Start").click()
        page.goto(site + "/w/your-view-now/q/y25")
        yield page


def press_shift(page, times):
    for _ in range(times):
        page.keyboard.press("Shift")


def test_shift_three_times_leaves_and_this_page_is_no_way_back(question_page, site):  # noqa: F811
    page = question_page
    titles = page.evaluate("[localStorage.length, sessionStorage.length]")
    page.get_by_role("textbox").fill("Half a thought")
    press_shift(page, 3)
    expect(page).to_have_url(re.compile("bbc"))
    assert titles == [0, 0]
    page.go_back()
    assert "/q/y25" not in page.url


def test_the_title_says_nothing_before_anything_else_happens(question_page):
    page = question_page
    page.route(re.compile("/leave$"), lambda route: route.fulfill(status=204))  # no next page comes
    page.locator("[data-leave]").evaluate("link => link.click()")
    assert page.evaluate("[document.title, document.documentElement.hidden]") == ["New tab", True]
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_writing_capitals_or_pressing_slowly_does_not_leave(question_page):
    page = question_page
    page.get_by_role("textbox").press_sequentially("NHS")
    for letter in "NHS":
        page.keyboard.press(f"Shift+{letter}")
    press_shift(page, 2)
    page.wait_for_timeout(2100)
    press_shift(page, 1)
    page.wait_for_timeout(200)
    assert "/q/y25" in page.url


def test_a_page_says_that_leaving_does_not_clear_the_history(client):
    assert "does not clear the browser’s history" in client.get("/who-reads-this").get_data(as_text=True)
