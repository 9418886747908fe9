"""Pages on which people agree themes and decide what the machine suggested."""

import datetime
from types import SimpleNamespace

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_security import current_user

from feedback.access import allowed
from feedback.collection.store import words_of
from feedback.themes import store
from forms.pictures import shows
from forms.questionnaire import AUDIENCES
from forms.staff import FROM_LIKELIHOOD, DecideAllForm, DecisionForm, ThemeForm, choices

blueprint = Blueprint("themes", __name__)


def _parts():
    return current_app.extensions["soundings"]


def _words(excerpts) -> dict[int, str]:
    """{excerpt id: its words}; an erased one is not in it."""
    texts = words_of(_parts().keys, [excerpt.answer for excerpt in excerpts])
    return {e.id: texts[e.answer_id][e.starts : e.ends] for e in excerpts if e.answer_id in texts}


def _quoted(excerpts, words: dict[int, str]) -> list[tuple[str, bool]]:
    """The words of each excerpt that was not erased, and whether they are a reader's about a drawing."""
    return [(words[e.id], shows(e.answer.question)) for e in excerpts if e.id in words]


@blueprint.get("/themes")
def codebook():
    """The codebook: every agreed theme, how often people confirmed it, how many suggestions wait."""
    session = _parts().database.session()
    return render_template(
        "themes/codebook.html",
        themes=store.themes(session),
        # Exact counts are for those who code; the board sees them through disclosure only.
        shows_counts=allowed("themes.edit"),
        confirmed=store.confirmed_by_theme(session),
        waiting=store.waiting_by_theme(session),
        topics=len(store.draft_topics(session)),
    )


@blueprint.route("/themes/add", methods=["GET", "POST"])
def add():
    """Agree a theme in one's own words."""
    form = ThemeForm()
    if not (form.validate_on_submit() and _key_is_free(form)):
        page = render_template("themes/edit.html", form=form, theme=None, topic=None, quotes=[])
        return page, 422 if form.errors else 200
    _agree(form)
    return redirect(url_for("themes.codebook"), 303)


def _key_is_free(form: ThemeForm) -> bool:
    """Say at the field that a key is taken, so that the words need not be written again."""
    if any(theme.key == form.key.data for theme in store.themes(_parts().database.session())):
        form.key.errors = ["The codebook already has a theme with this key. Choose another."]
    return not form.errors


def _agree(form: ThemeForm, topic_id: int | None = None) -> None:
    with _parts().database.writing() as session:
        theme = store.agree_theme(
            session,
            key=form.key.data,
            name=form.name.data,
            description=form.description.data,
            by=current_user.name,
            on=datetime.date.today(),
        )
        if topic_id is not None:
            store.settle_topic(session, topic_id, theme)
    flash(f"Agreed: {form.name.data}. The next run suggests where it is said.")


@blueprint.route("/themes/<key>/edit", methods=["GET", "POST"])
def edit(key: str):
    """Change a theme's words; its key stays."""
    database = _parts().database
    theme = store.get_theme(database.session(), key)
    form = ThemeForm(obj=theme)
    del form.key
    if not form.validate_on_submit():
        page = render_template("themes/edit.html", form=form, theme=theme, topic=None, quotes=[])
        return page, 422 if form.errors else 200
    with database.writing() as session:
        theme = store.get_theme(session, key)
        theme.name, theme.description = form.name.data, form.description.data
    flash(f"Saved: {form.name.data}.")
    return redirect(url_for("themes.codebook"), 303)


@blueprint.get("/topics")
def topics():
    """What the machine piled together: drafts with their terms and three excerpts each."""
    session = _parts().database.session()
    drafts = store.draft_topics(session)
    shown = store.representatives(session, [topic.id for topic in drafts])
    words = _words([excerpt for excerpts in shown.values() for excerpt in excerpts])
    cards = [
        SimpleNamespace(topic=topic, quotes=_quoted(shown.get(topic.id, ()), words), run=topic.run) for topic in drafts
    ]
    return render_template("themes/topics.html", cards=cards)


@blueprint.route("/topics/<id:topic_id>/agree", methods=["GET", "POST"])
def agree(topic_id: int):
    """A person names a topic: from then on it is a theme."""
    session = _parts().database.session()
    topic = store.get_topic(session, topic_id)
    shown = store.representatives(session, [topic_id]).get(topic_id, ())
    quotes = _quoted(shown, _words(shown))
    form = ThemeForm()
    if not (form.validate_on_submit() and _key_is_free(form)):
        page = render_template("themes/edit.html", form=form, theme=None, topic=topic, quotes=quotes)
        return page, 422 if form.errors else 200
    _agree(form, topic_id)
    return redirect(url_for("themes.topics"), 303)


@blueprint.get("/code")
def suggestions():
    """Suggested codings of one theme, the likeliest first; a person says yes or no to each."""
    session = _parts().database.session()
    waiting = store.waiting_by_theme(session)
    themes = sorted((t for t in store.themes(session) if waiting.get(t.id)), key=lambda t: -waiting[t.id])
    theme = store.get_theme(session, request.args["theme"]) if "theme" in request.args else next(iter(themes), None)
    page = store.suggestions(session, theme) if theme else []
    words = _words([coding.excerpt for coding in page])
    waves = store.waves_by_id(session, {coding.wave_id for coding in page})
    return render_template(
        "themes/suggestions.html",
        themes=themes,
        theme=theme,
        waiting=waiting,
        total=sum(waiting.values()),
        side=[
            (url_for("themes.suggestions", theme=t.key), t.name, waiting[t.id], theme and t.id == theme.id)
            for t in themes
        ],
        cards=[
            _suggestion_card(coding, words[coding.excerpt_id], waves[coding.wave_id])
            for coding in page
            if coding.excerpt_id in words
        ],
        all_form=_all_form(session, theme) if page else None,
    )


def _suggestion_card(coding, words: str, wave) -> SimpleNamespace:
    return SimpleNamespace(
        coding=coding,
        words=words,
        about_drawing=shows(coding.excerpt.answer.question),
        audience=AUDIENCES.get(wave.audience, "Records"),
        wave=wave,
        likelihood=_likelihood(coding.probability),
        in_ten=round(coding.probability * 10),
        # The run's guess at the sentiment is not ticked beforehand: a tick is a person's word.
        form=DecisionForm(prefix=f"c{coding.id}"),
    )


def _all_form(session, theme) -> DecideAllForm:
    """Each likelihood says how many it would decide."""
    form = DecideAllForm()
    form.at_least.choices = choices(
        (tenths, f"{words}: {store.waiting_from(session, theme, int(tenths) / 10)}")
        for tenths, words in FROM_LIKELIHOOD
    )
    return form


def _likelihood(probability: float) -> str:
    """A likelihood as a word first: people read words better than decimals."""
    return "very likely" if probability >= 0.8 else "likely" if probability >= 0.55 else "perhaps"


@blueprint.post("/code/<id:coding_id>")
def decide(coding_id: int):
    """One suggestion: yes or no, and how they speak of it."""
    form = DecisionForm(prefix=f"c{coding_id}")
    theme = request.args.get("theme")
    if not form.validate():
        flash("That did not arrive whole, and nothing was changed. Press Yes or No once more.", "error")
        return redirect(url_for("themes.suggestions", theme=theme), 303)
    with _parts().database.writing() as session:
        coding = store.decide(
            session,
            coding_id,
            state=form.decision.data,
            sentiment=form.sentiment.data or None,
            by=current_user.name,
            on=datetime.date.today(),
        )
        sentence = f"Saved: {'yes' if coding.state == 'confirmed' else 'no'} to {coding.theme.name}."
    flash(sentence)
    return redirect(url_for("themes.suggestions", theme=theme), 303)


@blueprint.post("/code/theme/<key>")
def decide_all(key: str):
    """Every waiting suggestion of a theme from a likelihood on."""
    form = DecideAllForm()
    if not form.validate():
        flash("That did not arrive whole, and nothing was changed. Choose a likelihood and press a button.", "error")
        return redirect(url_for("themes.suggestions", theme=key), 303)
    with _parts().database.writing() as session:
        number = store.decide_all(
            session,
            store.get_theme(session, key),
            at_least=int(form.at_least.data) / 10,
            state=form.decision.data,
            by=current_user.name,
            on=datetime.date.today(),
        )
    flash(f"{number} {'suggestion' if number == 1 else 'suggestions'} decided in your name.")
    return redirect(url_for("themes.codebook"), 303)
