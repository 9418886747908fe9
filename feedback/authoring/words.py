"""What questionnaires are made of, in the words of people who write them: kinds, parts of life, rules."""

from forms.questionnaire import WITH_WORDS, Core, Domain, Format, Kind, Question, Questionnaire

#: Kind -> what it is called, and when to use it.
KINDS = {
    Kind.CHOICE: ("One answer of several", "Two to seven answers in words. One can be chosen."),
    Kind.PICTURES: ("Yes, sometimes, no with pictures", "For the youngest, and for easy read."),
    Kind.SCALE: ("Five steps in words", "From the best to the worst, such as “Always” to “Never”."),
    Kind.FACES: ("Five smiling faces", "How much somebody likes a service. Never about safety or being sad."),
    Kind.ZERO_TO_TEN: ("0 to 10", "You say what 0 and 10 mean. Not for children under 11."),
    Kind.FREQUENCY: ("How often", "You name the time it is about, such as “In the last 4 weeks”."),
    Kind.NUMBER_BAND: ("How many", "In bands, such as “1”, “2 or 3”, “4 or more”."),
    Kind.SEVERAL: ("Any of several answers", "Boxes to tick. One of them may rule out the others."),
    Kind.PICK_THREE: ("Up to three of several answers", "For what matters most."),
    Kind.SHORT_TEXT: ("Own words, one line", "A name of a place, a job, a few words."),
    Kind.LONG_TEXT: ("Own words, as many as they like", "What people write here is read by a person, then themed."),
    Kind.DRAWING: ("A drawing", "Or words about it. A person looks at it and writes down what it shows."),
    Kind.CONTACT: ("How to be reached", "Kept apart from the answers. Only where it is known who was asked."),
    Kind.MONTH_YEAR: ("A month and a year", "Never a date of birth."),
    Kind.HELPED: ("Who helped to answer", "Said beside the results. Three answers that stay the same."),
    Kind.INFO: ("Something to read", "Nothing is answered here."),
    Kind.CONSENT: ("Consent", "Leave to read is asked first, leave to quote is asked last."),
}

DOMAINS = {
    Domain.HOME: "Home: safe and settled",
    Domain.PEOPLE: "People: family, friends, adults to trust",
    Domain.HELP: "Help: workers and services",
    Domain.VOICE: "Voice: a say, rights, plans",
    Domain.LEARN: "Learning",
    Domain.FEEL: "Feelings and health",
    Domain.ME: "Me: who I am, fun",
    Domain.NEXT: "What comes next: future, money, a place to live",
}

#: The six things that are asked at every age.
CORES = {
    Core.SAFE_HOME: "Feels safe at home",
    Core.TRUSTED_ADULT: "Has an adult to trust",
    Core.KNOW_WORKER: "Knows their worker",
    Core.TOLD_WHY: "Is told why things happen",
    Core.LISTENED_TO: "Is listened to",
    Core.ENJOY: "Enjoys life",
}

FORMATS = {Format.STANDARD: "Standard", Format.EASY_READ: "Easy read"}


def named_answers(question: Question, keys: tuple[str, ...]) -> str:
    """Answers as people read them: “A parent” or “A carer”."""
    words = {choice.key: choice.text for choice in (*question.choices, *question.declines)}
    return " or ".join(f"“{words.get(key, key)}”" for key in keys)


def rule_in_words(questionnaire: Questionnaire, question: Question) -> str:
    """Who is asked a question; empty when everybody is."""
    rule = question.show_if
    if rule is None:
        return ""
    for before in questionnaire.questions:
        if before.key == rule.question:
            return f"Asked only of those who answered {named_answers(before, rule.any_of)} to “{before.text}”"
    return f"Asked only after “{rule.question}”, which is not here"


def about(questionnaire: Questionnaire, question: Question) -> list[tuple[str, str]]:
    """All that a question is, as (name, words); what it does not have is left out."""
    answers = [] if question.kind is Kind.ZERO_TO_TEN else [choice.text for choice in question.choices]
    alone = named_answers(question, (question.none,)) if question.none else ""
    rows = [
        ("Wording", question.text),
        ("Help below it", question.hint or ""),
        ("Answered by", KINDS[question.kind][0]),
        ("Time it is about", question.period or ""),
        ("0 means", question.low or ""),
        ("10 means", question.high or ""),
        ("Answers", "\n".join(answers)),
        ("Rules out the others", alone),
        ("Room for", f"{question.max_length:,} characters" if question.kind in _WRITTEN else ""),
        ("Who is asked", rule_in_words(questionnaire, question)),
        ("Part of life", DOMAINS[question.domain] if question.domain else ""),
        ("Asked at every age", CORES[question.core] if question.core else ""),
    ]
    return [(name, words) for name, words in rows if words]


_WRITTEN = WITH_WORDS


def earlier(questionnaire: Questionnaire, key: str) -> list[Question]:
    """Questions before this one whose answers a rule can name: a consent leads on only when it is given."""
    found = []
    for question in questionnaire.questions:
        if question.key == key:
            return found
        if question.purpose is None and (question.choices or question.declines):
            found.append(question)
    return found


def dependants(questionnaire: Questionnaire, key: str, answers: set[str] | None = None) -> list[Question]:
    """Questions whose rule names this one; with `answers`, one of those answers."""
    return [
        question
        for question in questionnaire.questions
        if question.show_if
        and question.show_if.question == key
        and (answers is None or answers & set(question.show_if.any_of))
    ]
