import itertools

import pytest

from analysis.codebook import ThemeClassifier, choose_next
from analysis.documents import ThemeSpec
from analysis.encoding import encoder

THEMES = [
    ThemeSpec("listening", "Being listened to", "Whether workers hear what a child wants, ask and take it seriously."),
    ThemeSpec("changes", "Changes of worker", "How often the social worker leaves, and starting again with a new one."),
    ThemeSpec("waiting", "Waiting", "How long families wait for help, an answer, an assessment or a call back."),
    ThemeSpec("contact", "Seeing family", "Contact with parents, brothers and sisters, and visits that are cancelled."),
]  # fmt: skip
PARTS = {
    "listening": (["She listened to", "He asked about", "They took seriously", "Nobody heard"],
                  ["what I wanted", "my wishes", "my worries", "my side of it"]),
    "changes": (["My social worker left", "I had a new worker", "Another worker started", "They changed my worker"],
                ["after two months", "again this year", "without saying goodbye", "and I began again"]),
    "waiting": (["We waited", "It took", "I am still waiting", "The answer came after"],
                ["six weeks for help", "months for an assessment", "ages for a call back", "half a year"]),
    "contact": (["Contact with my brother", "The visit to my mum", "Seeing my sister", "Time with my dad"],
                ["was cancelled", "was moved", "went well", "is too short"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def coded():
    said = [
        (f"{first} {last}", {key})
        for key, (firsts, lasts) in PARTS.items()
        for first, last in itertools.product(firsts, lasts)
    ]
    said += [
        (f"{one[0]}, but {other[0].lower()}", one[1] | other[1]) for one, other in zip(said, said[::-1], strict=True)
    ]
    return [text for text, _ in said], [keys for _, keys in said]


@pytest.fixture(scope="module")
def lexical():
    return encoder("lexical")


@pytest.fixture(scope="module")
def fitted(coded, lexical):
    return ThemeClassifier(THEMES, encoder=lexical).fit(*coded)


NEW = ["They never asked what I wanted", "Another new worker again", "We waited weeks", "The visit was cancelled"]


def test_all_themes_are_suggested_most_probable_first(fitted):
    for suggestions in fitted.suggest(NEW):
        assert {each.theme for each in suggestions} == {theme.key for theme in THEMES}
        chances = [each.probability for each in suggestions]
        assert chances == sorted(chances, reverse=True) and 0 <= chances[-1] <= chances[0] <= 1


def test_it_learns_what_people_coded(fitted):
    assert [row[0].theme for row in fitted.suggest(NEW)] == ["listening", "changes", "waiting", "contact"]


def test_fitted_texts_are_judged_by_models_that_have_not_seen_them(coded, lexical):
    """A text nothing else resembles cannot be coded by a model that has not seen it; one that has, can."""
    odd = ["zebra violin", "quartz umbrella", "pumpkin jigsaw", "fjord mirth"]
    texts, labels = [*coded[0], *odd], [*coded[1], *({"waiting"} for _ in odd)]
    classifier = ThemeClassifier(THEMES, encoder=lexical).fit(texts, labels)

    def chance(row):
        return next(each.probability for each in row if each.theme == "waiting")

    unseen = [chance(row) for row in classifier.suggest_fitted()[-4:]]
    seen = [chance(row) for row in classifier.suggest(odd)]
    assert all(blind < knowing - 0.2 for blind, knowing in zip(unseen, seen, strict=True))


def test_fitted_suggestions_keep_the_order_of_the_texts(fitted, coded):
    rows = fitted.suggest_fitted()
    assert len(rows) == len(coded[0])
    right = sum(row[0].theme in keys for row, keys in zip(rows, coded[1], strict=True))
    assert right / len(rows) > 0.9


def test_probabilities_come_true_about_as_often_as_they_say(fitted, coded):
    said = sum(each.probability for row in fitted.suggest_fitted() for each in row)
    assert said == pytest.approx(sum(map(len, coded[1])), rel=0.15)


def test_the_same_seed_gives_the_same_suggestions(coded, lexical, fitted):
    again = ThemeClassifier(THEMES, encoder=lexical).fit(*coded)
    assert again.suggest(NEW) == fitted.suggest(NEW)
    assert again.suggest_fitted() == fitted.suggest_fitted()


def test_predict_gives_at_least_one_theme_unless_told_otherwise(fitted):
    assert all(fitted.predict([*NEW, "Blue", ""]))
    assert set() in fitted.predict(["Blue"], allow_none=True)
    assert fitted.predict(["She listened to me, but my social worker left"]) == [{"listening", "changes"}]


def test_without_codings_the_descriptions_decide(lexical):
    classifier = ThemeClassifier(THEMES, encoder=lexical)
    top = [row[0].theme for row in classifier.suggest(["I want contact with my brothers", "waiting for an answer"])]
    assert top == ["contact", "waiting"]


def test_a_theme_without_examples_is_still_suggested_by_its_description(coded, lexical):
    kept = [(text, keys) for text, keys in zip(*coded, strict=True) if "contact" not in keys]
    classifier = ThemeClassifier(THEMES, encoder=lexical).fit(*map(list, zip(*kept, strict=True)))
    ranked = classifier.suggest(["contact visits with brothers and sisters cancelled", "My social worker left"])
    assert ranked[0][0].theme == "contact"
    assert ranked[1][0].theme == "changes"


@pytest.mark.parametrize("count", [0, 1, 3, 12])
def test_few_codings_are_enough_to_go_on(coded, lexical, count):
    texts, labels = coded[0][:count], coded[1][:count]
    classifier = ThemeClassifier(THEMES, encoder=lexical).fit(texts, labels, unlabelled=coded[0])
    assert len(classifier.suggest_fitted()) == count
    assert len(classifier.suggest(NEW)) == len(NEW)
    assert classifier.suggest([]) == [] and classifier.predict([]) == []


def test_texts_coded_with_nothing_are_examples_too(lexical):
    texts = [f"Nothing to add number {number}" for number in range(20)]
    classifier = ThemeClassifier(THEMES, encoder=lexical).fit(texts, [set()] * 20)
    assert classifier.predict(texts[:1], allow_none=True) == [set()]


def test_labels_are_checked(lexical):
    with pytest.raises(ValueError, match="one set a text"):
        ThemeClassifier(THEMES, encoder=lexical).fit(["a", "b"], [set()])
    with pytest.raises(ValueError, match="not in the codebook: parking"):
        ThemeClassifier(THEMES, encoder=lexical).fit(["a"], [{"parking"}])


def test_a_codebook_needs_themes_with_keys_of_their_own():
    with pytest.raises(ValueError, match="at least one theme"):
        ThemeClassifier([])
    with pytest.raises(ValueError, match="a key of its own"):
        ThemeClassifier([THEMES[0], THEMES[0]])


def test_nothing_fitted_is_said_so(lexical):
    with pytest.raises(ValueError, match="call fit"):
        ThemeClassifier(THEMES, encoder=lexical).suggest_fitted()


def test_the_first_to_code_are_of_every_kind(coded, lexical):
    texts, labels = coded
    chosen = choose_next(texts, {}, 12, THEMES, encoder=lexical)
    assert len(set(chosen)) == 12
    assert set().union(*(labels[index] for index in chosen)) == {theme.key for theme in THEMES}
    assert choose_next(texts, {}, 12, THEMES, encoder=lexical) == chosen


def test_what_is_coded_already_is_not_chosen_again(coded, lexical):
    texts, labels = coded
    done = {index: labels[index] for index in range(110)}
    chosen = choose_next(texts, done, 50, THEMES, encoder=lexical)
    assert sorted(chosen) == list(range(110, len(texts)))


def test_choosing_checks_its_indexes(coded, lexical):
    with pytest.raises(ValueError, match="not one of the texts"):
        choose_next(["a"], {3: set()}, 1, THEMES, encoder=lexical)
