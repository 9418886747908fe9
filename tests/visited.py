"""A site to look at page by page: waves of questionnaires in several languages, and ways onto each of its pages.

Nobody presses through a questionnaire to come to its last question: the answers that lead to a page are kept as an
unfinished response by the product's own code, and its code is put into the browser's cookie.
"""

import contextlib
import datetime
import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from factories import TODAY, make_wave
from installation import migrate
from werkzeug.serving import make_server

from feedback import create_app
from feedback.collection import drafts
from feedback.collection.editions import asked_in, offer
from feedback.collection.models import Wave
from feedback.collection.receipts import new_code
from feedback.collection.sending import send_response
from feedback.plan.store import make_plan
from forms import catalogue
from forms.answering import Answer, AnswerState, chosen_in
from forms.questionnaire import ANY_OF, IN_WORDS, Kind, Question, Questionnaire
from forms.translating import texts_of
from languages import LANGUAGES, catalogues

#: What somebody writes; no word of any language.
WRITTEN = "Zqx wvj qqk. 12 34"
#: From today to the first and last days of the wave that is over and of the one to come.
DAYS = [datetime.timedelta(days) for days in (-9, -5, 5, 9)]
#: Letters that stand in for a translation of what only the tests ask.
_LETTERS = {"ar": "ابتجحدرسشصطعغفقكلمنهوي", "pl": "ąbcćdęfgłmńóprśtuwźż"}


@dataclass(frozen=True)
class Visited:
    """A running site, with what is needed to put somebody before any of its pages."""

    url: str
    database: object
    keys: object
    app: object

    def questionnaire(self, key: str, language: str) -> Questionnaire:
        """What a wave asks, in a language."""
        found = asked_in(self.database, self.wave(key), language) if language != "en" else None
        return found.questionnaire if found else catalogue.find(key)

    def wave(self, key: str) -> Wave:
        with self.app.app_context():
            return self.database.session().query(Wave).filter_by(key=key).one()

    def begun(self, key: str, answers=()) -> str:
        """Keep these answers to a wave as an unfinished response; returns its code."""
        digests, code = self.digests, new_code()
        unfinished = drafts.begin(digests, code)
        unfinished.answers |= {answer.question: answer for answer in answers}
        wave_id = self.wave(key).id
        with self.app.app_context(), self.database.writing() as session:
            drafts.save_draft(session, digests, wave_id, code, unfinished, TODAY, days=7)
        return code

    def sent(self, key: str, code: str, answers) -> list[str]:
        """Send the response of a code; returns its six words."""
        wave, key = self.wave(key), drafts.begin(self.digests, code).key
        with self.app.app_context():
            return send_response(
                self.database, self.keys, self.digests, wave=wave, key=key, answers=answers, cookie=code, today=TODAY
            )

    @property
    def digests(self):
        return self.app.extensions["soundings"].digests


@contextlib.contextmanager
def visited(settings, database, keys, questionnaires, languages):
    """The site on a free port: these questionnaires in these languages, a wave that is over and one to come."""
    migrate(database)
    with database.writing() as session:
        make_plan(session, key="plan", council="Northmere", title="Plan", example=True)
    began, ended, begins, ends = (TODAY + days for days in DAYS)
    over = {"key": "over", "opens_on": began, "closes_on": ended}
    soon = {"key": "soon", "opens_on": begins, "closes_on": ends}
    waves = [{"key": key} | {"questionnaire": key, "audience": catalogue.find(key).audience} for key in questionnaires]
    waves += [apart | {"questionnaire": questionnaires[0]} for apart in (over, soon)]
    for columns in waves:
        title = columns["key"].replace("-", " ").capitalize()
        wave = make_wave(database, keys, title=title, draft_accepted_by="Ada Reader", **columns)
        with database.writing() as session:
            for code in languages:
                if code != "en":
                    offer(session, database, wave, code, "Ada Reader")
    database.session.remove()
    app = create_app(settings)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # as a browser has it that came before
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Visited(f"http://127.0.0.1:{server.server_port}", database, keys, app)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        parts = app.extensions["soundings"]
        parts.database.engine.dispose()
        parts.keys.close()


def stand_in(questionnaire: Questionnaire, code: str, folder: Path) -> None:
    """A file of translations for what only the tests ask, in letters of the language."""
    letters = _LETTERS[code]
    texts = texts_of(questionnaire)
    (folder / code).mkdir(parents=True, exist_ok=True)
    catalogues.FOLDERS.insert(0, folder)
    try:
        catalogues.update(code, texts, questionnaire.key)
        translated = catalogues.read(code, questionnaire.key)
        for message in translated:
            if message.id:
                changed = (letters[ord(a) % len(letters)] if a.isascii() and a.isalpha() else a for a in message.id)
                message.string = "".join(changed)
        catalogues.write(translated, code, questionnaire.key)
    finally:
        catalogues.FOLDERS.remove(folder)


def answers_for(questionnaire: Questionnaire, question: Question, *, filled: bool) -> list[Answer]:
    """What somebody answered who is asked this question: the consent, and what leads here; filled: this one as well."""
    given = {question.key: an_answer(question)} if filled else {}
    rule = question.show_if
    while rule:
        given[rule.question] = an_answer(questionnaire.question(rule.question), rule.any_of[0])
        rule = questionnaire.question(rule.question).show_if
    consent = next(item for item in questionnaire.questions if item.purpose == "analyse")
    if consent is not question:
        given[consent.key] = an_answer(consent, "agree")
    return list(given.values())


def all_answers(questionnaire: Questionnaire) -> list[Answer]:
    """An answer to every question on the way of somebody who takes the first choice everywhere."""
    given = {item.key: an_answer(item) for item in questionnaire.questions if item.is_answered}
    return [given[item.key] for item in questionnaire.asked(chosen_in(given)) if item.is_answered]


def an_answer(question: Question, choice: str | None = None) -> Answer:
    """Some answer that this kind of question takes."""
    if choice in set(AnswerState):
        return Answer(question.key, AnswerState(choice))
    given = {}
    if question.kind in IN_WORDS:
        given = {"text": WRITTEN}
    elif question.kind in ANY_OF:
        given = {"choices": (choice or question.choices[0].key,)}
    elif question.kind is Kind.MONTH_YEAR:
        given = {"choice": "2026-03"}
    elif question.is_answered:
        given = {"choice": choice or (question.choices or question.declines)[0].key}
    return Answer(question.key, AnswerState.ANSWERED if given else AnswerState.BLANK, **given)


def speaking(chromium, site: Visited, language: str, **more):
    """A new window of somebody who reads this language."""
    context = chromium.new_context(**more)
    context.add_cookies([{"name": "language", "value": language, "url": site.url}])
    page = context.new_page()
    page.set_default_timeout(15000)
    assert language in LANGUAGES
    return page
