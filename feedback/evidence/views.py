"""Pages on which themes and items are linked to priorities, and quotes are cleared."""

import datetime
import itertools

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_security import current_user

from feedback.collection.store import words_of
from feedback.errors import Refused
from feedback.evidence import store
from feedback.evidence.masking import masks_for
from feedback.plan.store import get_priority, priorities
from feedback.themes.models import Excerpt
from feedback.themes.store import confirmed_by_theme, get_theme, themes
from forms.catalogue import find, questionnaires
from forms.questionnaire import Kind
from forms.staff import ItemForm, LinkForm, QuoteForm, choices

blueprint = Blueprint("evidence", __name__)


def _parts():
    return current_app.extensions["soundings"]


def _link_form(session, theme_key: str | None = None, priority_key: str | None = None) -> LinkForm:
    form = LinkForm(theme=theme_key, priority=priority_key)
    form.priority.choices = choices((p.key, f"{p.number} {p.title}") for p in priorities(session))
    return form


@blueprint.get("/links")
def links():
    """Every theme with the priorities suggested for it and those a person confirmed."""
    session = _parts().database.session()
    by_theme = {
        theme_id: list(found) for theme_id, found in itertools.groupby(store.links(session), lambda link: link.theme_id)
    }
    return render_template(
        "evidence/links.html", themes=themes(session), links=by_theme, confirmed=confirmed_by_theme(session)
    )


@blueprint.route("/links/<key>", methods=["GET", "POST"])
def decide_link(key: str):
    """One theme: link it to a priority with stance and reason, or refuse."""
    database = _parts().database
    session = database.session()
    theme = get_theme(session, key)
    form = _link_form(session, key, request.args.get("priority"))
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
    flash("Saved.")
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
    linked = store.item_links(_parts().database.session())
    return render_template("evidence/items.html", links=[(link, _asked(link)) for link in linked])


def _asked(link):
    return find(link.questionnaire).question(link.question)


@blueprint.route("/items/add", methods=["GET", "POST"])
def add_item():
    """Choose a question, then say which of its answers are favourable and why it speaks to a priority."""
    database, form = _parts().database, ItemForm(item=request.args.get("item"))
    session = database.session()
    form.item.choices = choices(
        (f"{q.key}/{asked.key}", f"{q.title}: {asked.text}")
        for q in questionnaires()
        for asked in q.questions
        if asked.kind is Kind.CHOICE
    )
    form.priority.choices = choices((p.key, f"{p.number} {p.title}") for p in priorities(session))
    chosen = form.item.data if form.item.data in {choice.value for choice in form.item.choices} else None
    asked = find(chosen.split("/")[0]).question(chosen.split("/")[1]) if chosen else None
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
    flash("Linked.")
    return redirect(url_for("evidence.items"), 303)


@blueprint.get("/quotes")
def quotes():
    """Excerpts of a theme that may be quoted; a person clears each."""
    parts = _parts()
    session = parts.database.session()
    known = themes(session)
    theme = get_theme(session, request.args["theme"]) if "theme" in request.args else next(iter(known), None)
    codings = store.quotable(session, theme) if theme else []
    words = words_of(parts.keys, [coding.excerpt.answer for coding in codings])
    return render_template(
        "evidence/quotes.html",
        themes=known,
        theme=theme,
        excerpts=[
            (c.excerpt.id, words[c.excerpt.answer_id][c.excerpt.starts : c.excerpt.ends])
            for c in codings
            if c.excerpt.answer_id in words
        ],
        form=QuoteForm(cleared_by=current_user.name),
    )


@blueprint.post("/quotes/clear")
def clear_quote():
    """Clear one excerpt in the name of whoever checked it, with words masked."""
    form, parts = QuoteForm(), _parts()
    if not form.validate():
        raise Refused(next(iter(form.errors.values()))[0])
    session = parts.database.session()
    theme = get_theme(session, form.theme.data)
    excerpt = session.get(Excerpt, int(form.excerpt.data)) if form.excerpt.data.isdigit() else None
    text = words_of(parts.keys, [excerpt.answer]).get(excerpt.answer_id, "") if excerpt else ""
    masks = masks_for(text[excerpt.starts : excerpt.ends], form.masks.data or "") if excerpt else []
    with parts.database.writing() as session:
        store.clear_quote(
            session,
            int(form.excerpt.data),
            get_theme(session, form.theme.data),
            masks=masks,
            by=form.cleared_by.data,
            on=datetime.date.today(),
        )
    flash("Cleared. It can now be shown to the board.")
    return redirect(url_for("evidence.quotes", theme=theme.key), 303)
