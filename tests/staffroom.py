"""A small office for the tests of staff pages: two waves, a plan, a theme, and what waits to be decided."""

import html
import re

import html5lib
from factories import TODAY, make_priority, make_released, make_response, make_theme, make_wave
from sqlalchemy import func, select

from feedback.collection.models import Answer, Wave
from feedback.themes.models import Coding, Run, Theme, Topic
from feedback.themes.store import replace_topics, whole_excerpts

TEXTS = ["They keep changing my worker.", "Jo from Leeds left without a goodbye.", "My worker stayed three years."]


def fill(database, keys, digests):
    """Two waves, a priority, a theme; three released responses with suggestions, two that nobody has read."""
    make_wave(database, keys, key="autumn", title="Autumn", questionnaire="your-view", draft_accepted_by="Ada Reader")
    make_wave(database, keys, key="notes", title="Notes")
    make_priority(database, "worker-stays", champion="Ada Reader", audiences=["young_person"])
    make_theme(database, "worker-changes", name="Worker changes")
    wave = wave_called(database, "autumn")
    made = make_released(database, keys, digests, wave, TEXTS)
    for text in ("Nobody has read me yet.", "Nor me."):
        make_response(database, keys, digests, wave_called(database, "autumn"), text, quote=False)
    return _suggest(database, made)


def now(database):
    """A session that sees what the site has committed since."""
    database.session.remove()
    return database.session()


def wave_called(database, key) -> Wave:
    return now(database).scalar(select(Wave).where(Wave.key == key))


def _suggest(database, response_ids) -> list[int]:
    """A suggestion of the theme for each response, and a topic of all; returns the ids of their excerpts."""
    session = database.session()
    answers = session.scalars(
        select(Answer).where(Answer.response_id.in_(response_ids), Answer.sealed.is_not(None))
    ).all()
    by_response = {a.response_id: (a.id, a.wave_id) for a in answers}
    lengths = {by_response[r][0]: len(text) for r, text in zip(response_ids, TEXTS, strict=True)}
    with database.writing() as session:
        excerpts = whole_excerpts(session, lengths)
        theme = session.scalar(select(Theme))
        wave_id = next(iter(by_response.values()))[1]
        run = Run(wave_id=wave_id, backend="a test", sha256="0" * 64, parameters={}, texts=3, left_out=0, made_on=TODAY)
        session.add(run)
        session.flush()
        for response_id, (answer_id, wave_id) in by_response.items():
            session.add(
                Coding(
                    excerpt_id=excerpts[answer_id], theme_id=theme.id, response_id=response_id, wave_id=wave_id,
                    run_id=run.id, probability=0.83, state="suggested", sentiment="negative",
                )
            )  # fmt: skip
        ordered = [excerpts[by_response[r][0]] for r in response_ids]
        topic = Topic(run_id=run.id, number=0, terms=["worker", "changing"], size=3)
        replace_topics(session, run, [(topic, ordered)])
        return ordered


def page_of(answer, status=200) -> str:
    """The page's words: one h1, no id twice, its title begins with its errors."""
    assert answer.status_code == status, (answer.status_code, answer.text[-600:])
    tree = html5lib.parse(answer.text, namespaceHTMLElements=False)
    assert len(tree.findall(".//h1")) == 1
    ids = [node.get("id") for node in tree.iter() if node.get("id")]
    assert sorted(ids) == sorted(set(ids))
    assert not [node for node in tree.iter() if node.get("style") or node.get("required")]
    title = tree.find(".//title").text
    assert title.startswith("Error: ") == ("govuk-error-summary" in answer.text)
    return html.unescape(re.sub(r"\s+", " ", answer.text))


def count(database, table, *where) -> int:
    return now(database).scalar(select(func.count()).select_from(table).where(*where))
