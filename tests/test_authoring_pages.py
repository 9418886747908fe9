"""Editing without code: what is wrong is said at its question, and nothing that was typed is lost."""

from authors import ADDRESS, form_of, lead, ours, shown
from factories import make_wave
from staffroom import page_of

from forms.catalogue import find, questionnaires
from forms.questionnaire import Kind, Status

__all__ = ["lead"]
QUESTION = f"{ADDRESS}/q/y8"


def save(client, address, **changes):
    return client.post(address, data=form_of(client, address) | changes)


def test_the_list_shows_what_ships_and_what_is_ones_own(lead, database, keys):
    make_wave(database, keys, title="Spring", questionnaire="our-view", draft_accepted_by="Ada")
    page = shown(lead, "/questionnaires")
    for questionnaire in questionnaires():
        assert questionnaire.title in page
    assert "our-view · changed by Ada Reader" in page and ">Spring</a>" in page and "Draft" in page


def test_every_questionnaire_is_shown_whole_in_plain_words(lead):
    for questionnaire in questionnaires():
        page = shown(lead, f"/questionnaires/{questionnaire.key}")
        for question in questionnaire.questions:
            assert question.text in page
            assert question.kind is Kind.ZERO_TO_TEN or all(choice.text in page for choice in question.choices)
        assert "Copy it to change it" in page and ">Change<" not in page


def test_saving_a_page_that_nobody_touched_changes_nothing(lead, database):
    before = ours(database)
    assert lead.get(f"{ADDRESS}/opening").status_code == 200
    assert save(lead, f"{ADDRESS}/opening").status_code == 303
    for question in before.questions:
        answer = save(lead, f"{ADDRESS}/q/{question.key}")
        assert answer.status_code == 303, question.key
    assert ours(database) == before


def test_a_key_that_is_taken_or_misshapen_is_refused_at_its_field(lead):
    for key, words in {
        "our-view": "already",
        "your-view": "already",
        "upload": "already",
        "Ours!": "small letters",
    }.items():
        page = page_of(lead.post("/questionnaires/your-view/copy", data={"key": key}), 422)
        assert words in page and f'value="{key}"' in page
    assert 'value="your-view-ours"' in shown(lead, "/questionnaires/your-view/copy")
    lead.post("/questionnaires/your-view/copy", data={"key": "your-view-ours"})
    assert 'value="your-view-ours-2"' in shown(lead, "/questionnaires/your-view-ours/copy")


def test_what_ships_cannot_be_changed_on_any_page(lead):
    for page in ("opening", "q/y8", "q/y8/kind", "q/y8/asked-if", "q/y8/remove", "add", "tested", "sections/add"):
        assert lead.get(f"/questionnaires/your-view/{page}").status_code == 422, page
    assert lead.post("/questionnaires/your-view/q/y8/move", data={"move": "up"}).status_code == 422


def test_words_are_changed_and_answers_keep_their_keys(lead, database):
    before = ours(database).question("y8")
    lines = [choice.text for choice in before.choices]
    lines[0] += " now"
    answer = save(lead, QUESTION, text="Do they listen?", choices="\n".join(reversed(lines)))
    assert answer.status_code == 303 and answer.location.endswith("#q-y8")
    after = ours(database).question("y8")
    assert after.text == "Do they listen?"
    assert [c.key for c in after.choices] == [c.key for c in reversed(before.choices)]
    assert "stays the same answer" in shown(lead, ADDRESS)


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(lead, database):
    page = page_of(save(lead, QUESTION, text="", hint="Kept as typed"), 422)
    assert "Write the question." in page and "Kept as typed" in page
    page = page_of(save(lead, QUESTION, text="Typed", choices="Only one"), 422)
    assert "There is only one choice. Offer two or more." in page and "Only one" in page and "Typed" in page
    page = page_of(save(lead, QUESTION, choices="Same\nSame"), 422)
    assert "two choices have the same words".capitalize() in page
    assert ours(database).question("y8") == find("your-view").question("y8")


def test_every_save_lints_and_says_it_at_the_question(lead, database):
    assert save(lead, QUESTION, text="Do they not listen and help you?").status_code == 303
    page = shown(lead, ADDRESS)
    card = page[page.index('id="q-y8"') : page.index('id="q-y9"')]
    assert "“and” may ask two things" in card and "“not”" in card and "Leave it, with a reason" in card
    assert "2 things to look at" in page or "3 things to look at" in page


def test_a_rule_may_be_broken_with_a_reason_and_kept_again(lead, database):
    save(lead, QUESTION, text="Do they listen and help?")
    address = f"{ADDRESS}/waive?item=y8&rule=double_barrelled"
    assert "Say in a sentence" in page_of(lead.post(address, data={"reason": " "}), 422)
    assert lead.post(address, data={"reason": "They say it so."}).status_code == 303
    assert ours(database).waivers[-1].reason == "They say it so. (Ada Reader)"
    assert "Left as it is (double barrelled): They say it so." in shown(lead, ADDRESS)
    lead.post(f"{ADDRESS}/unwaive", data={"item": "y8", "rule": "double_barrelled"})
    assert ours(database).waivers == find("your-view").waivers
    assert lead.get(f"{ADDRESS}/waive?item=y9&rule=double_barrelled").status_code == 404


def test_an_answer_that_a_rule_needs_goes_only_on_the_second_press(lead, database):
    lead.post(
        f"{ADDRESS}/q/y9/asked-if",
        data={"question": "y8", "of_answers": "y8", "any_of": _first(database)},
    )
    lines = [choice.text for choice in ours(database).question("y8").choices][1:]
    form = form_of(lead, QUESTION) | {"choices": "\n".join(lines)}
    answer = lead.post(QUESTION, data=form)
    page = page_of(answer, 422)
    assert "This takes out" in page and "is asked only of those who chose it" in page
    agreed = _first(database)
    assert f'name="agreed" value="{agreed}"' in page
    assert lead.post(QUESTION, data=form | {"agreed": agreed}).status_code == 303
    page = shown(lead, ADDRESS)
    assert "No wave can ask this yet" in page and "does not offer" in page


def _first(database):
    return ours(database).question("y8").choices[0].key


def test_a_question_that_was_asked_keeps_its_kind_and_says_why(lead, database, keys):
    assert "Answer it in another way" in shown(lead, QUESTION)
    answer = lead.post(f"{QUESTION}/kind", data={"kind": "long_text"})
    assert answer.status_code == 303 and answer.location.endswith("?kind=long_text")
    assert ours(database).question("y8").kind is Kind.CHOICE or ours(database).question("y8").kind is Kind.SCALE
    assert save(lead, answer.location).status_code == 303
    assert ours(database).question("y8").kind is Kind.LONG_TEXT
    make_wave(database, keys, title="Spring", questionnaire="our-view", draft_accepted_by="Ada")
    page = shown(lead, QUESTION)
    assert "Asked in Spring" in page and "Answer it in another way" not in page
    assert "could not be joined" in shown(lead, f"{QUESTION}/kind")
    assert lead.post(f"{QUESTION}/kind", data={"kind": "choice"}).status_code == 422
    save(lead, f"{QUESTION}?kind=choice")
    assert ours(database).question("y8").kind is Kind.LONG_TEXT


def test_two_people_on_one_question_see_both_wordings_and_lose_nothing(lead, database):
    mine = form_of(lead, QUESTION)
    assert save(lead, QUESTION, text="Theirs comes first?").status_code == 303
    answer = lead.post(QUESTION, data=mine | {"text": "Mine comes later?", "hint": "Still mine"})
    page = page_of(answer, 409)
    assert "Theirs" in page and "Mine" in page and "Still mine" in page and "Nothing of yours is lost" in page
    assert ours(database).question("y8").text == "Theirs comes first?"
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert lead.post(QUESTION, data=mine | {"text": "Mine comes later?", "seen": seen}).status_code == 303
    assert ours(database).question("y8").text == "Mine comes later?"


def test_two_people_on_two_questions_do_not_meet(lead, database):
    mine = form_of(lead, QUESTION)
    save(lead, f"{ADDRESS}/q/y9", text="Another question?")
    lead.post(f"{ADDRESS}/q/y8/move", data={"move": "down"})
    assert lead.post(QUESTION, data=mine | {"text": "Mine?"}).status_code == 303
    assert {ours(database).question(key).text for key in ("y8", "y9")} == {"Mine?", "Another question?"}


def test_two_people_on_the_opening_and_on_a_question_that_is_gone(lead, database):
    address = f"{ADDRESS}/opening"
    mine = form_of(lead, address)
    save(lead, address, thanks="Theirs, with thanks.")
    page = page_of(lead.post(address, data=mine | {"title": "My title"}), 409)
    assert "Theirs, with thanks." in page and "My title" in page
    written = form_of(lead, QUESTION) | {"text": "Nobody shall lose this."}
    lead.post(f"{QUESTION}/remove")
    page = page_of(lead.post(QUESTION, data=written), 409)
    assert "Nobody shall lose this." in page and "took this question out" in page


def test_a_test_needs_a_name_and_a_changed_word_takes_it_back(lead, database):
    assert lead.post(f"{ADDRESS}/tested", data={"tested_by": "Maya Lind"}).status_code == 303
    assert ours(database).status is Status.TESTED and "Tested, Maya Lind" in shown(lead, ADDRESS)
    save(lead, QUESTION, text="Do they listen?")
    assert ours(database).status is Status.DRAFT and ours(database).tested_by is None
    lead.post(f"{ADDRESS}/tested", data={"tested_by": "Maya Lind"})
    lead.post(f"{ADDRESS}/tested", data={"tested_by": " "})
    assert ours(database).status is Status.DRAFT
