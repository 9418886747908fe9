"""Every state of every page that respondents see, each with a way to come to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from visited import WRITTEN, Visited, all_answers, an_answer, answers_for

from feedback.collection.receipts import new_code
from forms.questionnaire import IN_WORDS, Kind, Question


@dataclass(frozen=True)
class State:
    """A page as somebody may meet it. `first`: it may be the first that they see."""

    name: str
    come: Callable
    first: bool = False


def states_around(site: Visited, key: str) -> Iterator[State]:
    """The pages around the questions, the same for every questionnaire; `key` is a wave that can be answered."""
    for name, path in {
        "welcome": "/",
        "who-reads": "/who-reads-this",
        "accessibility": "/accessibility",
        "easier": "/easier",
        "receipt-use": "/receipt",
        "come-back": "/come-back",
        "not-found": "/nothing-here",
        "no-such-wave": "/w/nothing-here",
        "no-such-way": "/receipt/take-away",
        "over": "/w/over",
        "soon": "/w/soon",
        "cookies-off": f"/w/{key}/check",
    }.items():
        yield State(name, _at(site, path), first=True)
    yield State("receipt-use-empty", _pressed(site, "/receipt"))
    yield State("receipt-use-wrong", _written(site, "/receipt", lambda: "zqx zqx zqx zqx zqx zqx"))
    yield State("come-back-empty", _pressed(site, "/come-back"))
    yield State("come-back-wrong", _written(site, "/come-back", lambda: "zqx zqx zqx zqx zqx zqx zqx zqx"))

    def sent(code=None):
        questionnaire = site.questionnaire(key, "en")
        return site.sent(key, code or new_code(), all_answers(questionnaire))

    yield State("receipt-found", _written(site, "/receipt", lambda: " ".join(sent())))

    def spent():
        code = new_code()
        sent(code)
        return code.replace("-", " ")

    yield State("was-sent", _written(site, "/come-back", spent))

    def take_away(page):
        _written(site, "/receipt", lambda: " ".join(sent()))(page)
        _press(page)

    yield State("taken-away", take_away)
    yield State("too-late", _with_code(site, "over", list, "/w/over/check"))


def states_of(site: Visited, key: str, language: str) -> Iterator[State]:
    """The pages of one questionnaire in a language: each question empty, filled and in error, and those around them."""
    questionnaire = site.questionnaire(key, language)
    every = lambda: all_answers(questionnaire)  # noqa: E731
    agreed = lambda: [an_answer(_consent(questionnaire), "agree")]  # noqa: E731
    yield State("start", _at(site, f"/w/{key}"), first=True)
    for question in questionnaire.questions:
        yield from _states_of_question(site, key, questionnaire, question)
    yield State("check-empty", _with_code(site, key, agreed, f"/w/{key}/check"))
    yield State("check", _with_code(site, key, every, f"/w/{key}/check"))
    yield State("later", _with_code(site, key, agreed, f"/w/{key}/later"))
    yield State("not-today", _at(site, f"/w/{key}/not-today"))

    def send(page):
        _with_code(site, key, every, f"/w/{key}/check")(page)
        _press(page)

    yield State("sent", send)


def _states_of_question(site, key, questionnaire, question: Question) -> Iterator[State]:
    path = f"/w/{key}/q/{question.key}"
    empty = _with_code(site, key, lambda: answers_for(questionnaire, question, filled=False), path)
    yield State(f"{question.key}-empty", empty)
    if question.is_answered:
        filled = _with_code(site, key, lambda: answers_for(questionnaire, question, filled=True), path)
        yield State(f"{question.key}-filled", filled)

        def wrong(page):
            empty(page)
            spoil(page, question)
            _press(page)

        yield State(f"{question.key}-error", wrong)


def spoil(page, question: Question) -> None:
    """Answer so that it cannot be kept: too long, no month, too many, or a choice that is not offered."""
    if question.kind in IN_WORDS:
        page.locator("main [type=text], main textarea").first.fill(WRITTEN[:3] * question.max_length)
    elif question.kind is Kind.MONTH_YEAR:
        page.locator("input[type=text]").first.fill("13")
    else:
        page.locator("main input:not([type=hidden])").first.evaluate(
            "box => { box.value = 'tampered'; box.checked = true; }"
        )


def _consent(questionnaire) -> Question:
    return next(item for item in questionnaire.questions if item.purpose == "analyse")


def _at(site: Visited, path: str):
    return lambda page: page.goto(site.url + path)


def _pressed(site: Visited, path: str):
    def come(page):
        page.goto(site.url + path)
        _press(page)

    return come


def _written(site: Visited, path: str, words: Callable[[], str]):
    def come(page):
        page.goto(site.url + path)
        page.locator("main input[type=text]").fill(words())
        _press(page)

    return come


def _with_code(site: Visited, key: str, answers: Callable, path: str):
    """Come with the cookie of an unfinished response that holds these answers."""

    def come(page):
        cookie = {"name": "place", "value": site.begun(key, answers()), "domain": "127.0.0.1", "path": f"/w/{key}"}
        page.context.add_cookies([cookie])
        page.goto(site.url + path)

    return come


def _press(page) -> None:
    """Press the button of the page's form, and wait for what comes."""
    with page.expect_navigation():
        page.locator("main form .govuk-button[type=submit]").first.evaluate("button => button.click()")
