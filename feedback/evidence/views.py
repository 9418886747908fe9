"""Pages on which themes and items are linked to priorities, and quotes are cleared."""

import datetime
import itertools
from types import SimpleNamespace

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_security import current_user

from feedback.collection.asking import all_questionnaires, asked_question, in_one_line
from feedback.collection.store import words_of
from feedback.evidence import store
from feedback.evidence.masking import masked_parts, masks_for, not_there, said_by
from feedback.plan.store import get_priority, priorities
from feedback.themes.store import confirmed_by_theme, get_theme, themes
from forms.pictures import shows
from forms.questionnaire import ONE_OF, Kind
from forms.staff import ItemForm, LinkForm, QuoteForm, choices

blueprint = Blueprint("evidence", __name__)


def _parts():
    return current_app.extensions["soundings"]


def _link_form(session, priority_key: str | None) -> LinkForm:
    form = LinkForm(priority=priority_key)
    form.priority.choices = _priority_choices(session)
    return form


def _priority_choices(session):
    return choices([("", "Choose a priority"), *((p.key, f"{p.number} {p.title}") for p in priorities(session))])


@blueprint.get("/links")
def links():
    """Every theme with the priorities suggested for it and those a person confirmed."""
    session = _parts().database.session()
    by_theme = {
        theme_id: list(found) for theme_id, found in itertools.groupby(store.links(session), lambda link: link.theme_id)
    }
    waiting = store.themes_to_link(session)
    return render_template(
        "evidence/links.html",
        open=waiting,
        decided=[theme for theme in themes(session) if theme not in waiting],
        links=by_theme,
        confirmed=confirmed_by_theme(session),
    )


@blueprint.route("/links/<key>", methods=["GET", "POST"])
def decide_link(key: str):
    """One theme: link it to a priority with stance and reason, or refuse."""
    database = _parts().database
    session = database.session()
    theme = get_theme(session, key)
    form = _link_form(session, request.args.get("priority"))
    if not (form.validate_on_submit() and _reasoned(form)):
        page = render_template(
            "evidence/decide_link.html",
            form=form,
            theme=theme,
            links=[link for link in store.links(session) if link.theme_id == theme.id],
        )
        return page, 422 if form.errors else 200
    with database.writing() as session:
        store.decide_link(
            session,
            get_theme(session, key),
            get_priority(session, form.priority.data),
            state=form.decision.data,
            stance=form.stance.data or None,
            reason=form.reason.data or "",
            by=current_user.name,
            on=datetime.date.today(),
        )
    flash(f"Saved: {theme.name} is {'linked' if form.decision.data == 'confirmed' else 'not linked'}.")
    return redirect(url_for("evidence.links"), 303)


def _reasoned(form: LinkForm) -> bool:
    """A confirmed link says how it speaks to the priority, and why."""
    if form.decision.data != "confirmed":
        return True
    if not form.stance.data:
        form.stance.errors = ["Choose what the theme says of the priority."]
    if not (form.reason.data or "").strip():
        form.reason.errors = ["Say in a sentence why it belongs to this priority."]
    return bool(form.stance.data and (form.reason.data or "").strip())


@blueprint.get("/items")
def items():
    """Closed items linked to priorities, with their favourable answers in words."""
    session = _parts().database.session()
    linked = store.item_links(session)
    return render_template(
        "evidence/items.html",
        links=[(link, asked_question(session, link.questionnaire, link.question)) for link in linked],
        titles={q.key: q.title for q in all_questionnaires(session)},
    )


def _item_choices(session):
    closed = [
        (f"{q.key}/{asked.key}", f"{in_one_line(q)}: {asked.text}")
        for q in all_questionnaires(session)
        for asked in q.questions
        if asked.kind in ONE_OF and asked.kind is not Kind.HELPED
    ]
    return choices([("", "Choose a question"), *closed])


@blueprint.route("/items/add", methods=["GET", "POST"])
def add_item():
    """Choose a question, then say which of its answers are favourable and why it speaks to a priority."""
    database, form = _parts().database, ItemForm(item=request.args.get("item"))
    session = database.session()
    form.item.choices = _item_choices(session)
    form.priority.choices = _priority_choices(session)
    chosen = form.item.data if form.item.data in {choice.value for choice in form.item.choices} else ""
    asked = asked_question(session, *chosen.split("/")) if chosen else None
    form.favourable.choices = choices((c.key, c.text) for c in asked.choices) if asked else []
    if not form.validate_on_submit():
        return render_template("evidence/add_item.html", form=form, asked=asked), 422 if form.errors else 200
    with database.writing() as session:
        store.link_item(
            session,
            get_priority(session, form.priority.data),
            questionnaire=chosen.split("/")[0],
            question=asked.key,
            favourable=form.favourable.data,
            reason=form.reason.data,
            by=current_user.name,
            on=datetime.date.today(),
        )
    flash("Linked. It counts on the priority’s page from now on.")
    return redirect(url_for("evidence.items"), 303)


def _words(excerpts) -> dict[int, str]:
    """{excerpt id: its words}; an erased one is not in it."""
    texts = words_of(_parts().keys, [excerpt.answer for excerpt in excerpts])
    return {e.id: texts[e.answer_id][e.starts : e.ends] for e in excerpts if e.answer_id in texts}


def _quote_form(excerpt_id: int) -> QuoteForm:
    return QuoteForm(prefix=f"q{excerpt_id}", cleared_by=current_user.name)


@blueprint.get("/quotes")
def quotes():
    """Excerpts of a theme that may be quoted; a person clears each."""
    return _quotes_page(request.args.get("theme"), {})


def _quotes_page(key: str | None, forms: dict[int, QuoteForm]) -> str:
    """The page; `forms` by excerpt id are those that came back with errors."""
    session = _parts().database.session()
    known = themes(session)
    counts = store.quotable_by_theme(session)
    theme = get_theme(session, key) if key else next((t for t in known if counts.get(t.id)), next(iter(known), None))
    waiting = [coding.excerpt for coding in store.quotable(session, theme)] if theme else []
    cleared = store.quotes_for(session, [theme.id]) if theme else []
    words = _words([*waiting, *(quote.excerpt for quote, _wave in cleared)])
    return render_template(
        "evidence/quotes.html",
        themes=known,
        counts=counts,
        theme=theme,
        cards=[
            SimpleNamespace(
                excerpt=e,
                words=words[e.id],
                about_drawing=shows(e.answer.question),
                form=forms.get(e.id) or _quote_form(e.id),
            )
            for e in waiting
            if e.id in words
        ],
        wrong=next(iter(forms.values()), None),
        cleared=[
            (masked_parts(words[quote.excerpt_id], quote.masks), said_by(wave.audience, quote.excerpt.answer.question))
            for quote, wave in cleared
            if quote.excerpt_id in words
        ],
    )


@blueprint.post("/quotes/<id:excerpt_id>/clear")
def clear_quote(excerpt_id: int):
    """Clear one excerpt in the name of whoever checked it, with words hidden."""
    parts, form, key = _parts(), _quote_form(excerpt_id), request.args.get("theme", "")
    excerpt = store.get_excerpt(parts.database.session(), excerpt_id)
    text = _words([excerpt]).get(excerpt_id, "")
    if not (form.validate() and _all_there(form, text)):
        return _quotes_page(key, {excerpt_id: form}), 422
    with parts.database.writing() as session:
        store.clear_quote(
            session,
            parts.keys,
            excerpt_id,
            get_theme(session, key),
            masks=masks_for(text, form.masks.data or ""),
            by=form.cleared_by.data,
            on=datetime.date.today(),
        )
    flash("Cleared. It can now be shown to the board.")
    return redirect(url_for("evidence.quotes", theme=key), 303)


def _all_there(form: QuoteForm, text: str) -> bool:
    """Words to hide must stand in the text, or a name would be shown by a slip of the keyboard."""
    if absent := not_there(text, form.masks.data or ""):
        form.masks.errors = [f"“{absent[0]}” does not stand in this text. Copy the words to hide exactly as they are."]
    return not form.errors
