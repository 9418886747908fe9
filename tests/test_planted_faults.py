"""Faults planted into real pages: each is found, and by the check that is named for it; without it there is none."""

import pytest
from browser import browser
from looking import SIZES, checks_in, faults_of, resize
from page_states import states_of
from visited import speaking, stand_in, visited

from languages import catalogues

pytest_plugins = ("every_kind",)

WHO, WHO_WRONG, WORDS, CONTINUE = (
    "en who-empty",
    "en who-error",
    "ar words-empty",
    "document.querySelector('.govuk-button')",
)
STYLE = "const sheet = new CSSStyleSheet(); sheet.replaceSync('%s'); document.adoptedStyleSheets = [sheet];"
#: what it is -> the page it is planted into, how, and the check that must find it.
PLANTED = {
    "a lost legend": (WHO, "document.querySelector('legend').replaceWith(document.querySelector('h1'))", "structure"),
    "an empty description": (WORDS, "document.querySelector('[id$=-hint]').textContent = ' '", "structure"),
    "a description that is not there": (
        WORDS, "document.querySelector('textarea').setAttribute('aria-describedby', 'nowhere')", "structure"
    ),
    "two headings": (WHO, "document.querySelector('.step').outerHTML = '<h1>More</h1>'", "structure"),
    "a title without Error": (WHO_WRONG, "document.title = document.title.replace('Error: ', '')", "structure"),
    "a summary that leads nowhere": (
        WHO_WRONG, "document.querySelector('.govuk-error-summary a').href = '#nowhere'", "structure"
    ),
    "an error that is tied to no box": (
        WHO_WRONG, "document.querySelector('fieldset').removeAttribute('aria-describedby')", "structure"
    ),
    "an order by numbers": (WHO, f"{CONTINUE}.tabIndex = 3", "structure"),
    "a field that must be filled": (WORDS, "document.querySelector('textarea').required = true", "structure"),
    "a focus that is taken": (WORDS, "document.querySelector('textarea').autofocus = true", "structure"),
    "an outline that is gone": (
        WHO,
        f"const b = {CONTINUE}, now = {{...getComputedStyle(b)}}; for (const name of Object.values(now)) "
        "if (/outline|shadow|color|border|decoration/.test(name)) "
        "b.style.setProperty(name, getComputedStyle(b)[name], 'important')",
        "focus",
    ),
    "a trap": (
        WHO,
        "document.querySelector('form .link-button').addEventListener('keydown', (e) => e.preventDefault())",
        "focus",
    ),
    "a banner over the focus": (
        WHO,
        "const b = document.createElement('div'); b.style.cssText = 'position:fixed;inset:0;background:#fff;z-index:9';"
        "document.querySelector('main').append(b)",
        "focus",
    ),
    "a summary without the focus": (WHO_WRONG, "document.activeElement.blur()", "error focus"),
    "letters that are too pale": (WHO, "document.querySelector('h1').style.color = '#bbb'", "axe"),
    "a picture without a name": (WHO, "document.querySelector('.step').innerHTML = '<img src=data:,>'", "axe"),
    "a small target": (WHO, f"{CONTINUE}.style.cssText = 'padding:0;min-height:0;height:24px'", "targets"),
    "no language": (WHO, "document.documentElement.removeAttribute('lang')", "language"),
    "the wrong way round": (WORDS, "document.documentElement.dir = 'ltr'", "language"),
    "the stylesheet of the other way": (
        WORDS, "const l = document.querySelector('[rel=stylesheet]'); l.href = l.href.replace('.rtl', '')", "language"
    ),
    "an English counter on an Arabic page": (
        WORDS,
        "document.querySelector('.govuk-character-count__status').textContent = 'You have 100 characters left'",
        "english",
    ),
    "English that only a script says": (
        WORDS, "document.querySelector('.govuk-character-count').setAttribute('data-i18n.x', 'too many')", "english"
    ),
    "an English word on a Polish page": ("pl who-empty", f"{CONTINUE}.textContent = 'Continue'", "english"),
    "a table that is too wide": (
        WHO, "const w = document.createElement('p'); w.style.width = '400px'; w.textContent = 'w';"
        "document.querySelector('main').append(w)", "reflow",
    ),
    "text in a box of fixed height": (
        WHO, "document.querySelector('.step').style.cssText = 'height:1.4em;overflow:hidden'", "spacing"
    ),
    "letters that do not grow": (
        "en who-empty wide", "document.querySelector('.step').style.fontSize = '19px'", "text size"
    ),
    "something that moves": (
        WHO, STYLE % "@keyframes m { to { margin-left: 9px } } h1 { animation: m 2s infinite !important }", "motion"
    ),
    "a button that is colour alone": (WHO, f"{CONTINUE}.style.border = '0'", "forced colours"),
    "a picture from elsewhere": (
        WHO,
        "const i = new Image(); i.alt = ''; i.src = 'https://example.org/x.png'; document.body.append(i)", "third party"
    ),
    "a script that fails": (WHO, "setTimeout(() => { throw new Error('planted') })", "console"),
    "a style that is not allowed": (
        WHO, "document.querySelector('.step').innerHTML = '<b style=color:red>x</b>'", "console"
    ),
}  # fmt: skip


@pytest.fixture
def pages(every_kind, tmp_path, monkeypatch, settings, database, keys):
    """{name of a page: a window in which it is open}"""
    folder = tmp_path / "languages"
    for code in ("ar", "pl"):
        stand_in(every_kind, code, folder)
    monkeypatch.setattr(catalogues, "FOLDERS", [folder, *catalogues.FOLDERS])
    with (
        visited(settings, database, keys, ["every-kind"], ["en", "ar", "pl"]) as site,
        browser() as chromium,
    ):
        windows = {language: speaking(chromium, site, language) for language in ("en", "ar", "pl")}

        def come(name):
            language, state, *wide = name.split()
            states = {state.name: state for state in states_of(site, "every-kind", language)}
            resize(windows[language], SIZES[2] if wide else SIZES[0])
            states[state].come(windows[language])
            return windows[language], language

        yield come


def test_each_planted_fault_is_found_by_its_check(pages):
    missed = {}
    for fault, (name, plant, check) in PLANTED.items():
        page, language = pages(name)
        page.evaluate(f"() => {{ {plant} }}")
        page.wait_for_load_state("networkidle")
        found = checks_in(faults_of(page, language))
        if check not in found:
            missed[fault] = found
    assert missed == {}
    assert len(PLANTED) >= 14


def test_the_same_pages_have_no_fault_without_them(pages):
    for name in sorted({name for name, _plant, _check in PLANTED.values()}):
        page, language = pages(name)
        assert faults_of(page, language) == [], name


@pytest.mark.parametrize(
    ("before", "after"), [("</h1>", "</h1></p></section>"), ('<main class="', '<main id="main" id="twice" class="')]
)
def test_html_that_is_not_valid_is_found(pages, before, after):
    page, language = pages(WHO)

    def spoiled(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(before, after, 1))

    page.route("**/q/who", spoiled)
    page.reload()
    assert "html" in checks_in(faults_of(page, language))
