"""Pages that arrange and carry: add, move, take out, sections, rules, files, and what was changed."""

import io

import pytest
from authors import ADDRESS, form_of, lead, ours, shown
from factories import make_wave
from staffroom import page_of

from feedback.authoring import editing
from feedback.authoring.comparing import compare, marked
from feedback.authoring.files import questionnaire_in
from feedback.collection.store import get_wave, publish_wave
from feedback.errors import ImportProblem
from forms.catalogue import FOLDER, find
from forms.questionnaire import Core, Kind, Purpose

__all__ = ["lead"]


def upload(client, name, data, address="/questionnaires/upload", **told):
    return client.post(address, data={"file": (io.BytesIO(data), name), **told})


def test_a_question_of_every_kind_is_added_from_its_page(lead, database):
    told = {"domain": "home", "period": "Today", "low": "bad", "high": "good"}
    for kind in set(Kind) - {Kind.CONSENT}:
        words = f"How is {kind.replace('_', ' ')}?"
        address = lead.post(f"{ADDRESS}/add", data={"what": kind, "section": "home"}).location
        sent = {name: told.get(name, value) for name, value in form_of(lead, address).items()} | {"text": words}
        if "choices" in sent:
            sent["choices"] = sent["choices"] or "Good\nBad"
        preview = lead.post(address.replace("?", "/preview?"), data=sent).get_data(as_text=True)
        assert words in preview and "<h1" not in preview and "<form" not in preview and "disabled" in preview
        before = len(ours(database).questions)
        assert words in page_of(lead.post(address, data=sent | {"show": "1"}))
        assert len(ours(database).questions) == before
        answer = lead.post(address, data=sent)
        assert answer.status_code == 303, page_of(answer, 422)
        new = next(question for question in ours(database).questions if question.text == words)
        assert new.kind is kind and ours(database).section_of(new.key).key == "home"


def test_the_six_and_the_consents_are_offered_by_name_when_they_are_missing(lead, database):
    page = shown(lead, f"{ADDRESS}/add")
    assert "Enjoys life" not in page and "Consent to be quoted" not in page
    before = ours(database)
    enjoy = next(q for q in before.questions if q.core is Core.ENJOY)
    for key in (enjoy.key, "quote"):
        assert lead.post(f"{ADDRESS}/q/{key}/remove").status_code == 303
    page = shown(lead, f"{ADDRESS}/add")
    assert "Enjoys life" in page and "Consent to be quoted, last" in page
    for what in ("core-enjoy", "consent-quote"):
        address = lead.post(f"{ADDRESS}/add", data={"what": what, "section": before.sections[-1].key}).location
        sent = form_of(lead, address)
        sent["text"] = sent["text"] or "May we show your words?"
        assert lead.post(address, data=sent).status_code == 303
    after = ours(database)
    assert after.question("enjoy").text == enjoy.text and after.question("enjoy").core is Core.ENJOY
    assert after.questions[-1].purpose is Purpose.QUOTE
    assert [c.key for c in after.questions[-1].choices] == ["yes", "no"]
    assert lead.get(f"{ADDRESS}/add/core-enjoy").status_code == 404
    assert lead.get(f"{ADDRESS}/add/telepathy").status_code == 404


def test_questions_and_sections_are_moved_renamed_and_taken_out(lead, database):
    def order():
        return [question.key for question in ours(database).questions]

    before = order()
    lead.post(f"{ADDRESS}/q/y8/move", data={"move": "up"})
    assert order().index("y8") == before.index("y8") - 1
    lead.post(f"{ADDRESS}/q/y8/move", data={"move": "down"})
    assert order() == before
    assert lead.post(f"{ADDRESS}/sections/add", data={"title": "  My section "}).status_code == 303
    assert "No wave can ask this yet" in shown(lead, ADDRESS) and "This section has no question" in shown(lead, ADDRESS)
    lead.post(f"{ADDRESS}/q/y8/move", data={"section": "my_section"})
    assert ours(database).section_of("y8").title == "My section"
    assert "No wave can ask this yet" not in shown(lead, ADDRESS)
    assert "are 1" not in shown(lead, f"{ADDRESS}/sections/my_section")
    lead.post(f"{ADDRESS}/sections/my_section/remove")
    assert "Move them to another one" in shown(lead, ADDRESS)
    lead.post(f"{ADDRESS}/sections/my_section", data={"title": "Ours"})
    assert ours(database).section_of("y8").title == "Ours"
    assert "Nobody" not in shown(lead, f"{ADDRESS}/q/y8/remove")
    lead.post(f"{ADDRESS}/q/y8/remove")
    assert "y8" not in order()
    lead.post(f"{ADDRESS}/sections/my_section/remove")
    assert "my_section" not in [section.key for section in ours(database).sections]
    for gone in ("q/y8", "q/y8/remove", "q/y8/asked-if", "sections/my_section"):
        assert lead.get(f"{ADDRESS}/{gone}").status_code in {404, 422}, gone


def test_who_is_asked_is_chosen_in_two_steps_and_said_in_words(lead, database):
    address = f"{ADDRESS}/q/y9/asked-if"
    page = shown(lead, address)
    assert "Ask everybody" in page and "Ask it of those" not in page
    nothing_yet = form_of(lead, address)
    page = page_of(lead.post(address, data=nothing_yet | {"question": "y8", "show": "1"}))
    assert "Ask it of those who chose one of these" in page and 'name="of_answers" value="y8"' in page
    page = page_of(lead.post(address, data=nothing_yet | {"question": "y8", "of_answers": "y8"}), 422)
    assert "Tick at least one answer" in page
    first = ours(database).question("y8").choices[0]
    chosen = nothing_yet | {"question": "y8", "of_answers": "y8", "any_of": [first.key, "not_sure"]}
    assert lead.post(address, data=chosen).status_code == 303
    page = shown(lead, ADDRESS)
    assert f"Asked only of those who answered “{first.text}” or “I’m not sure”" in page
    assert 'value="not_sure" checked' in shown(lead, address)
    # Another question was chosen and its answers were not seen yet: they are shown before anything is saved.
    assert "Ask it of those" in page_of(lead.post(address, data=nothing_yet | {"question": "y7", "of_answers": "y8"}))
    # Whoever saw nothing of this yet is told before theirs takes its place.
    page = page_of(lead.post(address, data=nothing_yet), 409)
    assert "Somebody else changed this just now: Asked only of those" in page
    assert ours(database).question("y9").show_if is not None
    assert lead.post(address, data=form_of(lead, address) | {"question": ""}).status_code == 303
    assert ours(database).question("y9").show_if is None


def test_a_wave_asks_ones_own_and_says_why_it_cannot(lead, database):
    page = shown(lead, "/waves/add?questionnaire=our-view&audience=young_person")
    assert "Your view (your own, our-view, draft)" in page and 'value="our-view" selected' in page
    told = {
        "title": "Ours", "key": "ours", "audience": "young_person", "questionnaire": "our-view",
        "promise": "anonymous", "opens_on": "2026-01-01", "draft_accepted_by": "Ada",
    }  # fmt: skip
    lead.post(f"{ADDRESS}/q/agree/move", data={"move": "down"})
    page = page_of(lead.post("/waves/add", data=told), 422)
    assert "cannot be asked yet: This section has no question" in page
    lead.post(f"{ADDRESS}/q/agree/move", data={"move": "up"})
    assert lead.post("/waves/add", data=told).status_code == 303
    with database.writing() as session:
        publish_wave(session, get_wave(session, "ours"))
    assert "Asked in" in shown(lead, ADDRESS) and lead.get("/w/ours").status_code == 200
    page = page_of(
        lead.post(f"{ADDRESS}/opening", data=form_of(lead, f"{ADDRESS}/opening") | {"audience": "family"}), 422
    )
    assert "who it asks stays" in page


def test_files_go_out_and_come_back_the_same(lead, database):
    for key, shape in (("your-view", "toml"), ("our-view", "xlsx")):
        data = lead.get(f"/questionnaires/{key}/download/{shape}").data
        assert upload(lead, f"a.{shape}", data, key=f"back-{shape}").status_code == 303
        assert ours(database, f"back-{shape}").sections == find("your-view").sections
    assert lead.get("/questionnaires/your-view/download/pdf").status_code == 404
    lead.post(f"{ADDRESS}/q/agree/move", data={"move": "down"})
    assert lead.get(f"{ADDRESS}/download/xlsx").status_code == 422
    assert lead.get(f"{ADDRESS}/download/toml").status_code == 200


SHIPPED = (FOLDER / "three-quick-things.toml").read_bytes()
BAD = {
    "its key is taken": (SHIPPED, {}, "already a questionnaire"),
    "no text": (b"\xff\xfe\x00", {"key": "mine"}, "neither a TOML file nor a workbook"),
    "no toml": (b"key = ", {"key": "mine"}, "cannot be read"),
    "deep": (b"x = " + b"[" * 9000 + b"]" * 9000, {"key": "mine"}, "cannot be read"),
    "not whole": (b'title = "Hello"', {"key": "mine"}, "“audience” is missing"),
    "a banned kind": (SHIPPED.replace(b'"long_text"', b'"slider"'), {"key": "mine"}, "A slider"),
    "a broken workbook": (b"PK\x03\x04nothing", {"key": "mine"}, "cannot be"),
    "no key of ours": (SHIPPED, {"key": "No Key"}, "small letters"),
    "no workbook's key": (b"PK\x03\x04", {}, "needs a key here"),
}


def test_a_file_that_is_no_questionnaire_says_why_and_keeps_nothing(lead):
    for case, (data, told, words) in BAD.items():
        assert words in page_of(upload(lead, "theirs.toml", data, **told), 422), case
    assert shown(lead, "/questionnaires").count("changed by") == 1


@pytest.mark.parametrize("name", ["a.toml", "a.xlsx"])
def test_a_file_larger_than_any_questionnaire_is_not_even_read(name):
    with pytest.raises(ImportProblem, match="larger than 5 MB"):
        questionnaire_in(b"#" * 5_000_001, name, "mine", None)


def test_characters_that_nobody_sees_do_not_come_in(lead, database):
    data = SHIPPED.replace(b'"Three quick things"', b'"Three\\u0000 \\u202equick things"')
    assert upload(lead, "a.toml", data, key="mine").status_code == 303
    assert ours(database, "mine").title == "Three quick things"


def test_the_next_version_comes_as_a_file_and_the_earlier_stays_to_compare(lead, database, keys):
    data = lead.get(f"{ADDRESS}/download/toml").data.decode()
    changed = data.replace(ours(database).thanks, "Thank you very much.").encode()
    assert upload(lead, "next.toml", changed, f"{ADDRESS}/upload").status_code == 303
    assert ours(database).thanks == "Thank you very much."
    make_wave(database, keys, title="Autumn", questionnaire="our-view", draft_accepted_by="Ada")
    page = shown(lead, f"{ADDRESS}/versions")
    assert "[put in: very much.]" in page.replace("</span>", "").replace('<span class="govuk-visually-hidden">', "")
    assert "Version 2, Ada Reader" in page and "asked in Autumn" in page and "as it comes with Soundings" in page
    same = lead.get(f"{ADDRESS}/versions?before={ours(database).version}&after={ours(database).version}")
    assert "the same words" in page_of(same)
    assert "the same words" in shown(lead, "/questionnaires/your-view/versions?before=nonsense")
    other = changed.replace(b'kind = "long_text"', b'kind = "short_text"')
    assert "cannot be joined" in page_of(upload(lead, "n.toml", other, f"{ADDRESS}/upload"), 422)


def test_two_texts_are_marked_word_by_word():
    before, after = marked("Do you feel safe?", "Do you always feel safe here?")
    assert [(p.words, p.marked) for p in after] == [
        ("Do you", False), ("always", True), ("feel", False), ("safe here?", True),
    ]  # fmt: skip
    assert [(p.words, p.marked) for p in before] == [("Do you", False), ("feel", False), ("safe?", True)]
    assert marked("", "") == ((), ()) and marked("a\nb", "a\nb")[0][0].words == "a\nb"


def test_what_moved_what_came_and_what_went_is_told_apart():
    old = find("your-view")
    new = editing.moved_to(editing.removed(old, "y3"), "y8", old.sections[-1].key)
    became = {part.key: (part.became, part.moved) for part in compare(old, new)}
    assert became["y3"] == ("removed", False) and became["y8"] == ("changed", True) and became["y9"] == ("same", False)
    assert list(became).index("y3") == list(became).index("y2") + 1
    assert {part.became for part in compare(new, old) if part.key == "y3"} == {"added"}
    assert all(part.became == "same" and not part.moved for part in compare(old, editing.copy_of(old, "x")))
