"""The board's pages: only what people confirmed and released, nothing small as a number, what waits said in words."""

import re
from html import unescape
from types import SimpleNamespace

import pytest
from factories import TODAY, make_priority, make_staff, make_theme, make_wave, sign_in

from analysis.clouds import count_words
from feedback.board.charts import dots
from feedback.board.overview import plan_page
from feedback.board.pages import evidence_page
from feedback.board.shapes import in_words
from feedback.collection.models import Answer, Response
from feedback.collection.receipts import new_key
from feedback.collection.sending import send_response
from feedback.collection.store import words_of
from feedback.evidence.counts import STRANDS
from feedback.evidence.masking import masks_for
from feedback.evidence.recounting import settle
from feedback.evidence.store import clear_quote, decide_link, link_item
from feedback.plan.store import get_priority
from feedback.themes.by_hand import code_by_hand
from feedback.themes.models import Coding, Excerpt, Run
from feedback.themes.store import get_theme, whole_excerpts
from feedback.triage.erasing import erase_response
from feedback.triage.store import release
from forms.answering import Answer as Given
from forms.answering import AnswerState

NAMES = [name for name, _audiences in STRANDS.values()]


class Board:
    """A council with one priority and its linked theme; what happens there is done by people, as in the product."""

    def __init__(self, app, database, keys, digests, settings):
        self.database, self.keys, self.digests, self.settings = database, keys, digests, settings
        make_priority(database, "worker-stays", outcome="A worker stays.", audiences=["young_person"])
        make_theme(database, "worker-changes")
        self.link("worker-changes")
        self.wave = self.open_wave()
        self.client = app.test_client()
        sign_in(self.client, make_staff(database, "board_member"))

    def open_wave(self, **columns):
        return SimpleNamespace(id=make_wave(self.database, self.keys, **columns).id)

    def link(self, theme):
        with self.database.writing() as session:
            found, priority = get_theme(session, theme), get_priority(session, "worker-stays")
            decide_link(
                session, found, priority, state="confirmed", stance="challenges", reason="It is.", by="Ada", on=TODAY
            )

    def respond(self, *texts, wave=None, read=True, **choices):
        """One response; its id."""
        given = [Given(f"y{25 + n}", AnswerState.ANSWERED, text=text) for n, text in enumerate(texts)]
        given += [Given(key, AnswerState.ANSWERED, choice=choice) for key, choice in choices.items()]
        key = new_key()
        send_response(
            self.database, self.keys, self.digests, wave=wave or self.wave, key=key, answers=given, today=TODAY
        )
        response = self.database.session().query(Response.id).filter_by(idem=self.digests.idem(key)).scalar()
        if read:
            with self.database.writing() as session:
                release(session, response_ids=[response], read_by="Ada", on=TODAY)
        return response

    def texts(self, response):
        return (
            self.database.session()
            .query(Answer)
            .filter(Answer.response_id == response, Answer.sealed.is_not(None))
            .order_by(Answer.question)
            .all()
        )

    def code(self, response, theme="worker-changes", sentiments=("negative",)):
        """A person finds a theme in each text of a response, one sentiment a text."""
        for answer, sentiment in zip(self.texts(response), sentiments, strict=True):
            length = len(words_of(self.keys, [answer])[answer.id])
            with self.database.writing() as session:
                kept, found = session.get(Answer, answer.id), get_theme(session, theme)
                code_by_hand(session, kept, length=length, themes=[found], sentiment=sentiment, by="Ada", on=TODAY)

    def suggest(self, response, theme="worker-changes"):
        """A run suggests a theme; nobody has decided."""
        (answer,) = self.texts(response)
        with self.database.writing() as session:
            run = Run(backend="test", sha256="", parameters={}, texts=1, left_out=0, made_on=TODAY)
            session.add(run)
            session.flush()
            (excerpt,) = whole_excerpts(session, {answer.id: 4}).values()
            session.add(
                Coding(
                    excerpt_id=excerpt,
                    theme_id=get_theme(session, theme).id,
                    response_id=response,
                    wave_id=answer.wave_id,
                    run_id=run.id,
                    probability=0.9,
                    state="suggested",
                )
            )

    def quote(self, response, hide=""):
        (answer,) = self.texts(response)
        text = words_of(self.keys, [answer])[answer.id]
        with self.database.writing() as session:
            excerpt = session.query(Excerpt).filter_by(answer_id=answer.id).first()
            theme = get_theme(session, "worker-changes")
            masks = masks_for(text, hide)
            clear_quote(session, self.keys, excerpt.id, theme, masks=masks, by="Ada", on=TODAY)

    def page(self):
        settle(self.database)
        return evidence_page(self.database.session(), self.keys, self.settings, "worker-stays")

    def html(self, address="/board/worker-stays"):
        settle(self.database)
        answer = self.client.get(address)
        assert answer.status_code == 200
        self.database.session.remove()
        return re.sub(r'nonce="[^"]*"|value="[^"]*"', "", answer.text)


@pytest.fixture
def board(app, database, keys, digests, settings):
    return Board(app, database, keys, digests, settings)


def words(html):
    """What a page says, without its markup and drawings."""
    html = re.sub(r"<(script|style|svg).*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_suggestions_are_not_counted_and_are_said_to_wait(board):
    coded = [board.respond("They left.") for _ in range(8)]
    for response in coded:
        board.code(response)
    for _ in range(20):
        board.suggest(board.respond("They left too."))
    (theme,) = board.page().themes
    assert (theme.count, theme.waiting) == (10, 20)
    assert "About 20 suggestions wait for a person and are not counted" in words(board.html())
    assert "About 20 suggestions wait" in words(board.html("/board"))


def test_a_few_suggestions_are_a_few(board):
    board.suggest(board.respond("They left."))
    assert "Fewer than 6 suggestions wait" in words(board.html())
    assert board.page().waiting is None


def test_unread_responses_are_not_counted(board):
    for number in range(16):
        board.respond("They left.", read=number < 7)
    page = board.page()
    assert page.strands[1].n == "6 or 7 responses"
    assert "Not read yet: about 10 responses." in page.left_out


def test_a_response_counts_once_a_theme_and_is_other_when_it_says_both(board):
    for _ in range(12):
        board.code(board.respond("They left.", "They came back."), sentiments=("negative", "positive"))
    (theme,) = board.page().themes
    assert theme.count == 10, "12 responses with 24 codings, rounded to 5"
    assert theme.sentiments == {"positive": None, "negative": None, "other": 10}
    assert "Worker changes 10 fewer than 6 fewer than 6" in words(board.html())


def test_pages_do_not_differ_while_a_count_is_small(board):
    make_theme(board.database, "told-why")
    board.link("told-why")
    responses = [board.respond("They left.") for _ in range(40)]
    for response in responses:
        board.code(response, "told-why")
    seen = set()
    for response in responses[:5]:
        board.code(response)
        seen.add((board.html(), board.html("/board")))
    assert len(seen) == 1
    assert "Heard from fewer than 6: Worker changes." in words(board.html())
    for response in responses[5:12]:
        board.code(response)
    assert "Worker changes 10" in words(board.html())


def test_published_counts_in_words():
    assert [in_words(n, 6, 5) for n in (None, 5, 10, 120)] == ["fewer than 6", "6 or 7", "about 10", "about 120"]
    assert in_words(10, 10, 5) == "about 10" and in_words(0, 4, 9) == "about 4"


def link_an_item(board, key="y9"):
    with board.database.writing() as session:
        link_item(
            session,
            get_priority(session, "worker-stays"),
            questionnaire="your-view",
            question=key,
            favourable=["s5", "s4"],
            reason="Promises are lost when workers change.",
            by="Ada",
            on=TODAY,
        )


def closed_wave(board, days_ago):
    day = TODAY.fromordinal(TODAY.toordinal() - days_ago)
    return board.open_wave(questionnaire="your-view", draft_accepted_by="Ada", opens_on=day, closes_on=day)


def answer_y9(board, wave, good, bad):
    for number in range(good + bad):
        board.respond(wave=wave, y9="s5" if number < good else "s1")


def test_an_items_share_now_and_before(board):
    link_an_item(board)
    answer_y9(board, closed_wave(board, 60), 20, 10)
    answer_y9(board, closed_wave(board, 30), 10, 30)
    settle(board.database)
    (row,) = plan_page(board.database.session(), board.settings).rows
    level = row.cells["Young people"]
    assert (level.now, level.before, level.mostly, row.answer) == (3, 7, False, "none")
    assert {name for name, cell in row.cells.items() if cell.why == "No wave yet"} == set(NAMES) - {"Young people"}
    said = words(board.html("/board"))
    assert "On 1 of 1 priority no audience we asked is mostly favourable." in said
    assert "3 in 10 was 7" in said
    (item,) = board.page().items
    assert (item.now.value, item.now.n, item.before.value) == (2.5, 40, 6.7)


def test_an_open_wave_is_not_counted(board):
    link_an_item(board)
    wave = board.open_wave(questionnaire="your-view", draft_accepted_by="Ada")
    answer_y9(board, wave, 20, 20)
    strand = board.page().strands[1]
    assert (strand.level.now, strand.level.why) == (None, "No wave yet")


def test_a_small_share_is_said_in_words(board):
    link_an_item(board)
    answer_y9(board, closed_wave(board, 30), 4, 30)
    page = board.page()
    assert page.strands[1].level.why == "Too few" and page.items[0].now is None
    assert dots(page) is None
    assert "Too few" in words(board.html()) and "Fewer than 6 in one of the groups" in words(board.html())


def test_quotes_are_masked_three_at_most_and_never_two_of_one_respondent(board):
    responses = [board.respond(f"Pip came back, {word}.", quote="yes") for word in ("once", "twice", "often", "ever")]
    for response in responses:
        board.code(response)
        board.quote(response, hide="Pip")
    html = board.html()
    assert html.count("<blockquote>") == 3 and html.count('<span class="mask">name</span>') == 3
    assert "Pip" not in html


def test_two_quotes_of_one_respondent_are_one(board):
    response = board.respond("Pip came back.", "Pip left.", quote="yes")
    board.code(response, sentiments=("positive", "negative"))
    with board.database.writing() as session:
        theme = get_theme(session, "worker-changes")
        for excerpt in session.query(Excerpt).all():
            clear_quote(session, board.keys, excerpt.id, theme, masks=[], by="Ada", on=TODAY)
    assert board.html().count("<blockquote>") == 1


def test_a_withdrawn_quote_disappears(board):
    response = board.respond("Nobody vanished.", quote="yes")
    board.code(response)
    board.quote(response)
    assert "Nobody vanished." in board.html()
    erase_response(board.database, board.keys, response)
    assert "Nobody vanished." not in board.html()


def test_a_board_without_a_plan_says_what_to_do(app, database):
    client = app.test_client()
    sign_in(client, make_staff(database, "board_member"))
    said = words(client.get("/board").text)
    assert "There is no plan yet" in said and "What this rests on" not in said


def test_words_that_say_nothing_are_not_in_a_cloud():
    counted = dict(count_words(["They said they just did like I asked last year.", "I feel my feelings got lost."]))
    assert set(counted) == {"feelings", "lost"}
