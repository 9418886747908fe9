"""The page of a question: what is posted becomes an answer, is kept, and fills the page again."""

import io
import json
import time

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from forms.answering import Answer, AnswerState, answer_from, form_data, form_for
from forms.catalogue import find, questionnaires
from forms.fields import choice_name, clean_text, instead_name, text_name
from forms.questionnaire import ANY_OF, Choice, Kind, Question

CHOICE = find("your-view").question("y1")
TEXT = find("your-view").question("y25")
AGREE = find("your-view").question("agree")
QUOTE = find("your-view").question("quote")
EVERY_QUESTION = [question for questionnaire in questionnaires() for question in questionnaire.questions]


@pytest.fixture(autouse=True)
def request_context():
    app = Flask(__name__)
    app.config.update(SECRET_KEY="only for this test", WTF_CSRF_ENABLED=False)
    with app.test_request_context():
        yield


def posted(question, **fields):
    return form_for(question)(formdata=MultiDict(fields))


def answered(question, **fields):
    form = posted(question, **fields)
    assert form.validate(), form.errors
    return answer_from(question, form)


def refused(question, **fields):
    form = posted(question, **fields)
    assert not form.validate()
    (messages,) = form.errors.values()
    (message,) = messages
    return form, message


@pytest.mark.parametrize(
    ("question", "fields", "expected"),
    [
        (CHOICE, {"q_y1": "s4"}, Answer("y1", AnswerState.ANSWERED, choice="s4")),
        (CHOICE, {"q_y1": "not_sure"}, Answer("y1", AnswerState.NOT_SURE)),
        (CHOICE, {"q_y1": "rather_not_say"}, Answer("y1", AnswerState.RATHER_NOT_SAY)),
        (CHOICE, {}, Answer("y1", AnswerState.BLANK)),
        (CHOICE, {"q_y1": ""}, Answer("y1", AnswerState.BLANK)),
        (TEXT, {"q_y25_text": "Listen."}, Answer("y25", AnswerState.ANSWERED, text="Listen.")),
        (TEXT, {"q_y25_text": "", "q_y25": "not_sure"}, Answer("y25", AnswerState.NOT_SURE)),
        (TEXT, {"q_y25": "rather_not_say"}, Answer("y25", AnswerState.RATHER_NOT_SAY)),
        (TEXT, {"q_y25_text": " \r\n\t "}, Answer("y25", AnswerState.BLANK)),
        (TEXT, {}, Answer("y25", AnswerState.BLANK)),
        (AGREE, {"q_agree": "agree"}, Answer("agree", AnswerState.ANSWERED, choice="agree")),
        (AGREE, {"q_agree": "not_today"}, Answer("agree", AnswerState.ANSWERED, choice="not_today")),
        (QUOTE, {"q_quote": "no"}, Answer("quote", AnswerState.ANSWERED, choice="no")),
        (QUOTE, {}, Answer("quote", AnswerState.BLANK)),
    ],
)
def test_what_is_posted_is_kept_and_fills_the_page_again(question, fields, expected):
    answer = answered(question, **fields)
    assert answer == expected
    kept = Answer.from_data(json.loads(json.dumps(answer.as_data())))
    assert kept == answer
    again = form_for(question)(formdata=None, data=form_data(question, kept))
    assert answer_from(question, again) == answer


@pytest.mark.parametrize("question", EVERY_QUESTION, ids=lambda question: question.key)
def test_every_choice_of_every_question_can_be_given(question):
    other = instead_name if question.kind in {*ANY_OF, Kind.MONTH_YEAR} else choice_name
    for choice in (*question.choices, *question.declines):
        name = other if choice in question.declines else choice_name
        answer = answered(question, **{name(question.key): choice.key})
        assert choice.key in (answer.choice, answer.state, *answer.choices)


def test_the_chosen_radio_is_ticked_when_the_page_is_shown_again():
    form = form_for(CHOICE)(formdata=None, data=form_data(CHOICE, Answer("y1", AnswerState.NOT_SURE)))
    assert [radio.data for radio in form.q_y1 if radio.checked] == ["not_sure"]


def test_the_page_shows_the_words_of_the_questionnaire():
    form = form_for(CHOICE)()
    assert form.q_y1.label.text == CHOICE.text
    assert [radio.label.text for radio in form.q_y1] == [
        *(choice.text for choice in CHOICE.choices),
        "I’m not sure",
        "I’d rather not say",
    ]


def test_young_children_are_offered_words_of_their_own_for_not_saying():
    form = form_for(find("tell-us-with-a-picture").question("t1"))()
    assert [radio.label.text for radio in form.q_t1][-1] == "I don’t want to say"


@pytest.mark.parametrize("question", EVERY_QUESTION, ids=lambda question: question.key)
def test_no_field_is_marked_required(question):
    form = form_for(question)()
    assert "required" not in "".join(field() for field in form)


@pytest.mark.parametrize("sent", ["s6", "S5", "s5\x00", "<script>", "agree"])
def test_a_choice_that_was_not_offered_is_refused_in_our_words(sent):
    _, message = refused(CHOICE, q_y1=sent)
    assert message == "Choose one of the answers on this page."


def test_a_way_not_to_answer_that_was_not_offered_is_refused_and_the_words_are_kept():
    form, message = refused(TEXT, q_y25_text="Listen.", q_y25="s5")
    assert message == "Choose one of the answers on this page."
    assert form.q_y25_text.data == "Listen."


@pytest.mark.parametrize("sent", ["", "  ", "yes", "not_sure"])
def test_consent_to_be_read_is_the_one_page_that_may_not_be_blank(sent):
    _, message = refused(AGREE, q_agree=sent)
    assert message == "Choose “Yes, I agree” or “Not today” to go on."


@pytest.mark.parametrize(("state", "label"), [("rather_not_say", "I’d rather not say"), ("not_sure", "I’m not sure")])
def test_words_and_a_refusal_together_ask_which_is_meant(state, label):
    form, message = refused(TEXT, q_y25_text="They never came.", q_y25=state)
    assert f"also chose “{label}”. Which do you mean?" in message
    assert form.q_y25_text.data == "They never came."
    assert "They never came." in form.q_y25_text()
    assert "checked" not in form.q_y25(), "a radio cannot be unticked by hand, so it must come back empty"


def test_words_that_may_not_be_meant_are_not_asked_to_be_shorter():
    _, message = refused(TEXT, q_y25_text="a" * 2000, q_y25="rather_not_say")
    assert "Which do you mean?" in message


def test_a_line_break_counts_once_however_the_browser_sends_it():
    assert answered(TEXT, q_y25_text="a" * 499 + "\r\n" + "b" * 500).text == "a" * 499 + "\n" + "b" * 500
    _, message = refused(TEXT, q_y25_text="a" * 499 + "\r\n" + "b" * 501)
    assert message == "Make your answer 1 character shorter. There is room for 1000."


def test_the_length_is_counted_after_cleaning():
    assert len(answered(TEXT, q_y25_text="  " + "e\u0301\x00" * 1000 + "\r\n").text) == 1000


def test_a_text_that_is_too_long_stays_on_the_page():
    form, message = refused(TEXT, q_y25_text="a" * 1003)
    assert message == "Make your answer 3 characters shorter. There is room for 1000."
    assert form.q_y25_text.data == "a" * 1003


@pytest.mark.parametrize("piece", ["a", "a\u0301\u0316", "\x00", "\r\n", "\u0301\u0316", "😀"])
def test_a_megabyte_of_anything_is_dealt_with_at_once(piece):
    started = time.monotonic()
    form = posted(TEXT, q_y25_text=piece * (1_000_000 // len(piece)))
    assert form.validate() == (not piece.strip("\x00\r\n"))
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\x00b", "ab"),
        ("a\x07\x1b[31mb\x7f\x85", "a[31mb"),
        ("pay \u202eevil\u202c now", "pay evil now"),
        ("\u2066left\u2069 \u2067right\u2069", "left right"),
        ("one\rtwo\r\nthree\n\tfour", "one\ntwo\nthree\n\tfour"),
        ("cafe\u0301", "café"),
        ("a\ud800b", "ab"),
        ("👩\u200d👧 می\u200cخواهم \u200fشلام", "👩\u200d👧 می\u200cخواهم \u200fشلام"),
        ("  around  ", "around"),
        (None, ""),
        (7, ""),
    ],
)
def test_unseen_characters_are_removed_and_words_in_any_script_are_kept(sent, kept):
    assert clean_text(sent, 1000) == kept


def test_a_file_sent_in_place_of_words_is_no_answer():
    form = form_for(TEXT)(formdata=MultiDict({"q_y25_text": io.BytesIO(b"words")}))
    assert form.validate()
    assert answer_from(TEXT, form).state is AnswerState.BLANK


def test_every_call_gives_a_class_of_its_own():
    first, second = form_for(CHOICE), form_for(CHOICE)
    assert first is not second
    assert not hasattr(second, "q_y25_text")
    form_for(TEXT)
    assert {name for name in dir(second) if name.startswith("q_")} == {"q_y1"}


@pytest.mark.parametrize("key", ["data", "errors", "process", "meta", "validate", "hidden_tag", "csrf_token"])
def test_a_question_key_never_hides_a_part_of_the_form(key):
    question = Question(key, Kind.LONG_TEXT, "What?")
    answer = answered(question, **{text_name(key): "This."})
    assert answer == Answer(key, AnswerState.ANSWERED, text="This.")
    pick = Question(key, Kind.CHOICE, "Which?", choices=(Choice("yes", "Yes"), Choice("no", "No")))
    assert answered(pick, **{choice_name(key): "yes"}).choice == "yes"


@pytest.mark.parametrize(
    "contents",
    [
        {"state": AnswerState.ANSWERED},
        {"state": AnswerState.ANSWERED, "choice": "yes", "text": "words"},
        {"state": AnswerState.BLANK, "text": "words"},
        {"state": AnswerState.RATHER_NOT_SAY, "choice": "rather_not_say"},
    ],
)
def test_an_answer_that_contradicts_itself_cannot_be_made(contents):
    with pytest.raises(ValueError, match="An answer that is"):
        Answer("y1", **contents)


@pytest.mark.parametrize("data", [{}, {"question": "y1", "state": "maybe", "choice": None, "text": None}, []])
def test_data_that_was_never_an_answer_is_refused(data):
    with pytest.raises(ValueError, match=r"not an answer|not a valid AnswerState"):
        Answer.from_data(data)
