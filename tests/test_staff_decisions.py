"""What people decide on pages: releases, themes, codings, links and quotes, each in a name and in the database."""

import html
import re

import pytest
from factories import make_staff, sign_in
from sqlalchemy import select
from staffroom import TEXTS, count, fill, now, page_of

from feedback.collection.models import Response
from feedback.evidence.models import ItemLink, Quote, ThemeLink
from feedback.evidence.recounting import settle
from feedback.themes.models import Coding, Theme, Topic
from feedback.triage.models import Release
from forms.catalogue import find

pytestmark = pytest.mark.both


@pytest.fixture
def filled(database, keys, digests):
    return fill(database, keys, digests)


@pytest.fixture
def lead(database, client):
    """A client signed in as participation lead."""
    sign_in(client, make_staff(database, "participation_lead", name="Sam Lead"))
    return client


def test_ticked_responses_are_released_in_the_readers_name(lead, database, filled):
    first, second = re.findall(r'name="on_page" value="(\d+)"', page_of(lead.get("/read")))
    lead.post("/read/autumn/release", data={"responses": [first], "on_page": [first, second], "read_by": "Sam Lead"})
    assert now(database).get(Release, int(first)).read_by == "Sam Lead"
    assert now(database).get(Release, int(second)) is None


def test_all_on_the_page_are_released_with_one_button(lead, database, filled):
    shown = re.findall(r'name="on_page" value="(\d+)"', lead.get("/read").text)
    data = {"on_page": shown, "read_by": "Sam Lead", "everything": "1"}
    words = page_of(lead.post("/read/autumn/release", data=data, follow_redirects=True))
    assert "2 released" in words
    assert "Everything that came has been read" in words
    assert count(database, Release) == 5


def test_nothing_is_released_without_a_tick_or_a_name(lead, database, filled):
    words = page_of(lead.post("/read/autumn/release", data={"read_by": " "}), 422)
    assert "Tick what you have read" in words
    assert "Enter your name as the reader" in words
    assert count(database, Release) == 3


def test_a_topic_becomes_a_theme_once(lead, database, filled):
    topic_id = now(database).scalar(select(Topic.id))
    assert TEXTS[1] in page_of(lead.get(f"/topics/{topic_id}/agree"))
    theme = {"name": "Goodbyes", "key": "goodbyes", "description": "How a worker left, and whether they said so."}
    assert lead.post(f"/topics/{topic_id}/agree", data=theme).status_code == 303
    made = now(database).scalar(select(Theme).where(Theme.key == "goodbyes"))
    assert (made.agreed_by, now(database).get(Topic, topic_id).theme_id) == ("Sam Lead", made.id)
    again = lead.post(f"/topics/{topic_id}/agree", data=theme | {"key": "goodbyes-2"})
    assert "already" in page_of(again, 422)
    assert count(database, Theme) == 2


def test_a_taken_theme_key_is_said_at_its_field(lead, filled):
    data = {"name": "Twice", "key": "worker-changes", "description": "The same key again."}
    assert "already has a theme with this key" in page_of(lead.post("/themes/add", data=data), 422)


def test_a_suggestion_is_decided_with_the_sentiment_a_person_saw(lead, database, filled):
    words = page_of(lead.get("/code"))
    assert "Only what you accept is counted" in words
    assert "very likely" in words
    assert not re.search(r'type="radio"[^>]*checked', words)
    coding_id = now(database).scalar(select(Coding.id))
    data = {f"c{coding_id}-decision": "confirmed", f"c{coding_id}-sentiment": "positive"}
    page_of(lead.post(f"/code/{coding_id}?theme=worker-changes", data=data, follow_redirects=True))
    coding = now(database).get(Coding, coding_id)
    assert (coding.state, coding.sentiment, coding.decided_by) == ("confirmed", "positive", "Sam Lead")


def test_a_refused_suggestion_keeps_no_sentiment(lead, database, filled):
    coding_id = now(database).scalar(select(Coding.id))
    data = {f"c{coding_id}-decision": "rejected", f"c{coding_id}-sentiment": "positive"}
    lead.post(f"/code/{coding_id}?theme=worker-changes", data=data)
    coding = now(database).get(Coding, coding_id)
    assert (coding.state, coding.sentiment) == ("rejected", None)


def test_all_suggestions_of_a_theme_are_decided_at_once(lead, database, filled):
    assert "8 in 10 and more: 3" in page_of(lead.get("/code"))
    data = {"decision": "confirmed", "at_least": "8"}
    assert "3 suggestions decided" in page_of(lead.post("/code/theme/worker-changes", data=data, follow_redirects=True))
    assert count(database, Coding, Coding.state == "confirmed", Coding.decided_by == "Sam Lead") == 3


def test_the_board_reads_the_codebook_without_exact_counts(database, client, lead, filled):
    lead.post("/code/theme/worker-changes", data={"decision": "confirmed", "at_least": "0"})
    assert '<td role="cell" class="number">' in lead.get("/themes").text
    lead.post("/staff/logout")
    sign_in(client, make_staff(database, "board_member", name="Bo Board"))
    words = page_of(client.get("/themes"))
    assert "Worker changes" in words
    assert 'class="number"' not in words


def test_a_link_needs_a_stance_and_a_reason(lead, database, filled):
    data = {"priority": "worker-stays", "decision": "confirmed"}
    words = page_of(lead.post("/links/worker-changes", data=data), 422)
    assert "Choose what the theme says" in words
    assert "Say in a sentence why" in words
    assert count(database, ThemeLink) == 0
    lead.post("/links/worker-changes", data=data | {"stance": "challenges", "reason": "Workers did not stay."})
    link = now(database).scalar(select(ThemeLink))
    assert (link.state, link.stance, link.reason) == ("confirmed", "challenges", "Workers did not stay.")
    assert "Challenges" in page_of(lead.get("/links"))


def test_a_question_is_linked_with_its_favourable_answers(lead, database, filled):
    asked = next(question for question in find("your-view").questions if question.kind == "choice")
    item = f"your-view/{asked.key}"
    assert html.escape(asked.text, quote=False) in lead.get(f"/items/add?item={item}").text
    data = {"item": item, "priority": "worker-stays", "reason": "It asks about it."}
    assert "at least one favourable answer" in page_of(lead.post("/items/add", data=data), 422)
    lead.post("/items/add", data=data | {"favourable": [asked.choices[0].key]})
    link = now(database).scalar(select(ItemLink))
    assert (link.question, link.favourable, link.linked_by) == (asked.key, [asked.choices[0].key], "Sam Lead")
    assert f"“{asked.choices[0].text}”" in page_of(lead.get("/items"))


@pytest.fixture
def confirmed(lead, database, filled):
    """The excerpts of the three released responses, the theme confirmed in all, and counted."""
    lead.post("/code/theme/worker-changes", data={"decision": "confirmed", "at_least": "0"})
    settle(database)
    return filled


def _quote(excerpt_id, masks="", name="Sam Lead") -> dict:
    return {f"q{excerpt_id}-masks": masks, f"q{excerpt_id}-cleared_by": name}


def test_a_quote_is_cleared_with_its_names_hidden(lead, database, confirmed):
    excerpt_id = confirmed[1]
    assert "(3)" in page_of(lead.get("/quotes?theme=worker-changes"))
    wrong = lead.post(f"/quotes/{excerpt_id}/clear?theme=worker-changes", data=_quote(excerpt_id, "Joanna"))
    assert "“Joanna” does not stand in this text" in page_of(wrong, 422)
    data = _quote(excerpt_id, "Jo\nLeeds = place")
    words = page_of(lead.post(f"/quotes/{excerpt_id}/clear?theme=worker-changes", data=data, follow_redirects=True))
    assert '<span class="mask">place</span>' in words
    assert "Leeds" not in words
    quote = now(database).scalar(select(Quote))
    assert (quote.masks, quote.cleared_by) == ([[0, 2, "name"], [8, 13, "place"]], "Sam Lead")


def test_words_of_somebody_who_did_not_allow_it_are_not_cleared(lead, database, confirmed):
    with database.writing() as session:
        for response in session.scalars(select(Response)):
            response.may_quote = False
    answer = lead.post(f"/quotes/{confirmed[0]}/clear?theme=worker-changes", data=_quote(confirmed[0]))
    assert "has not agreed to be quoted" in page_of(answer, 422)
    assert count(database, Quote) == 0
