"""A malformed questionnaire file is refused in a sentence that names the file, the place and the mend."""

import pytest

from forms.catalogue import QuestionnaireError, load

GOOD = """
key = "visit"
title = "After a visit"
audience = "family"
language = "en"
status = "draft"
minutes = 2
intro = ["What this is for."]
thanks = "Thank you."

[[sections]]
key = "all"
title = "All"

[[sections.questions]]
key = "agree"
kind = "consent"
purpose = "analyse"
text = "May we read it?"
[sections.questions.choices]
agree = "Yes"
not_today = "Not today"

[[sections.questions]]
key = "heard"
kind = "choice"
text = "Were you heard?"
domain = "voice"
core = "listened_to"
[sections.questions.choices]
yes = "Yes"
no = "No"

[[sections.questions]]
key = "more"
kind = "long_text"
text = "What else?"
domain = "voice"
max_length = 500

[[sections.questions]]
key = "quote"
kind = "consent"
purpose = "quote"
text = "May we quote you?"
[sections.questions.choices]
yes = "Yes"
no = "No"
"""

AGREE = """[[sections.questions]]
key = "agree"
kind = "consent"
purpose = "analyse"
text = "May we read it?"
[sections.questions.choices]
agree = "Yes"
not_today = "Not today"
"""

HEARD = 'core = "listened_to"\n[sections.questions.choices]\n'
SECTIONS = GOOD[GOOD.index("[[sections]]") :]
QUESTIONS = GOOD[GOOD.index("[[sections.questions]]") :]
SECOND_SECTION = '[[sections]]\nkey = "all"\ntitle = "More"\n' + AGREE.replace('key = "agree"', 'key = "again"')
EARLY_QUOTE = (
    AGREE.replace('key = "agree"', 'key = "early"')
    .replace("analyse", "quote")
    .replace("agree =", "yes =")
    .replace("not_today =", "no =")
)

#: what is wrong -> the words replaced, what replaces them, the problem and the mend the sentence must name
MALFORMED = {
    "broken syntax": ('key = "visit"', 'key = "visit', "cannot be read", "Check the quotes"),
    "same name twice": ('thanks = "', 'key = "b"\nthanks = "', "cannot be read", "brackets and names"),
    "misspelt name": ("max_length", "max_lenght", "question “more”: “max_lenght” is not used", "max_length"),
    "name of another kind": ("max_length", 'purpose = "quote"\nmax_length', "“purpose” is not used", "Use only"),
    "unknown top name": ("minutes", "duration", "the questionnaire: “duration” is not used", "minutes"),
    "no title": ('title = "After a visit"', "", "“title” has no words", 'Write title = "..."'),
    "empty words": ('"Were you heard?"', '" "', "“heard”: “text” has no words", "Write text"),
    "words as a number": ('"Were you heard?"', "7", "“text” has no words", "Write text"),
    "unknown audience": ('"family"', '"parents"', "“audience” is “parents”", "practitioner, board_member"),
    "no status": ('status = "draft"', "", "“status” is missing", "Use one of draft, tested"),
    "tested by nobody": ('"draft"', '"tested"', "do not go together", "Name who recorded the test"),
    "draft with a tester": ('"draft"', '"draft"\ntested_by = "A"', "do not go together", "leave tested_by"),
    "language by name": ('"en"', '"English"', "“English” is not a language code", "en, cy or pt-BR"),
    "minutes as words": ("minutes = 2", 'minutes = "two"', "“minutes” is not a number", "from 1 to 60"),
    "minutes as true": ("minutes = 2", "minutes = true", "“minutes” is not a number", "from 1 to 60"),
    "intro not a list": ('["What this is for."]', '"For."', "not a list of paragraphs", "First paragraph."),
    "bad key": ('key = "visit"', 'key = "After Visit"', "“After Visit” cannot be used", "hyphens"),
    "named unlike the file": ('key = "visit"', 'key = "call"', "called visit.toml", "Call the file call.toml"),
    "bad question key": ('"more"', '"More"', "“More”: the key “More” cannot", "small letter"),
    "key too long": ('"more"', f'"{"m" * 41}"', "cannot be used", "40 signs at most"),
    "question key twice": ('"more"', '"heard"', "two questions have the key “heard”", "a key of its own"),
    "route to a later one": (
        'domain = "voice"\ncore', 'show_if = { question = "more", any_of = ["x"] }\ndomain = "voice"\ncore',
        "“heard” depends on “more”, which is not asked before it", "Name an earlier question",
    ),
    "route to no choice": (
        "max_length = 500", 'max_length = 500\nshow_if = { question = "heard", any_of = ["perhaps"] }',
        "“more” depends on “perhaps”", "Name a key of its choices",
    ),
    "route that is no table": (
        "max_length = 500", 'max_length = 500\nshow_if = "heard"', "“show_if” is not a table", "{"),
    "scale of two": ('kind = "choice"', 'kind = "scale"', "there are 2 choices", "kind scale has 5"),
    "period missing": ('kind = "choice"', 'kind = "frequency"', "“period” has no words", "period ="),
    "picture of nothing": (
        "[sections.questions.choices]\nyes = \"Yes\"\nno = \"No\"\n\n[[sections.questions]]\nkey = \"more\"",
        "pictures = { maybe = \"yes\" }\n[sections.questions.choices]\nyes = \"Yes\"\nno = \"No\"\n\n"
        "[[sections.questions]]\nkey = \"more\"",
        "there is a picture for “maybe”", "Name it like its choice",
    ),
    "unknown kind": ('"long_text"', '"essay"', "question “more”: “kind” is “essay”", "short_text, long_text"),
    "no domain": ('domain = "voice"\nmax', "max", "question “more”: “domain” is missing", "home, people"),
    "unknown core": ('"listened_to"', '"heard"', "“core” is “heard”", "safe_home"),
    "no limit": ("max_length = 500", "", "“max_length” is not a number", "from 1 to 5000"),
    "limit too high": ("500", "50000", "“max_length” is not a number", "from 1 to 5000"),
    "no choices": (HEARD + 'yes = "Yes"\nno = "No"\n', "", "“choices” has no lines", 'yes = "Yes"'),
    "one choice": (HEARD + 'yes = "Yes"\n', HEARD, "only one choice", "Offer two or more"),
    "bad choice key": (HEARD + "yes", HEARD + "Yes", "the key “Yes” cannot", "small letter"),
    "our choice": (HEARD + "yes", HEARD + "not_sure", "“not_sure” is offered", "Take it out"),
    "same words twice": ('no = "No"', 'no = "Yes"', "two choices have the same words", "words of its own"),
    "other consent keys": ("not_today =", "later =", "has the keys agree, later", "agree and not_today"),
    "no consent": (AGREE, "", "consent to be read is not asked first", 'purpose = "analyse"'),
    "consent twice": (AGREE, AGREE + AGREE.replace('key = "agree"', 'key = "again"'), "not asked first", "Begin"),
    "quote too early": (AGREE, AGREE + EARLY_QUOTE, "consent to be quoted is not asked last", "End with"),
    "half the declines": ("[[sections]]", '[declines]\nnot_sure = "?"\n[[sections]]', "“declines”", "rather_not_say"),
    "no sections": (SECTIONS, "", "there is no section", "under a line [[sections]]"),
    "empty section": (QUESTIONS, "", "section “all”: there is no question", "[[sections.questions]]"),
    "section key twice": (SECTIONS, SECTIONS + SECOND_SECTION, "two sections have the key “all”", "of its own"),
}  # fmt: skip


def written(folder, content):
    path = folder / "visit.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_good_file_is_read(tmp_path):
    questionnaire = load(written(tmp_path, GOOD))
    assert [question.key for question in questionnaire.questions] == ["agree", "heard", "more", "quote"]
    assert questionnaire.question("more").max_length == 500
    assert questionnaire.question("heard").core == "listened_to"
    assert questionnaire.intro == ("What this is for.",)


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_file_is_refused_with_its_place_and_its_mend(tmp_path, case):
    old, new, problem, mend = MALFORMED[case]
    assert old in GOOD
    with pytest.raises(QuestionnaireError) as refused:
        load(written(tmp_path, GOOD.replace(old, new)))
    sentence = str(refused.value)
    assert sentence.startswith("visit.toml")
    assert problem in sentence
    assert mend in sentence
    assert sentence.endswith(".")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(QuestionnaireError, match="visit.toml: cannot be opened"):
        load(tmp_path / "visit.toml")


def test_a_file_that_is_not_utf8_is_refused(tmp_path):
    (tmp_path / "visit.toml").write_bytes('title = "Café"'.encode("latin-1"))
    with pytest.raises(QuestionnaireError, match="Save it as UTF-8"):
        load(tmp_path / "visit.toml")
