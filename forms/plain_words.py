"""Words and kinds of question that are not used, each with what stands in their place: one table a reason."""

from forms.questionnaire import Audience, Kind

#: Said of people or of care, these hurt or hide; nobody is asked with them.
BANNED_WORDS = {
    "service user": "person",
    "service users": "people",
    "lac": "child in care",
    "looked after child": "child in care",
    "hard to reach": "people we have not reached",
    "hard-to-reach": "people we have not reached",
    "vulnerable": "who may need help",
    "dysfunctional": "what happens in the family",
    "challenging behaviour": "what the child does",
    "troubled": "who need help",
    "difficult to place": "who wait for a home",
    "abscond": "go missing",
    "absconded": "went missing",
    "disclose": "tell",
    "victim": "person who was hurt",
}

#: Workers' words: for respondents who are no workers, say the plain one.
JARGON = {
    "placement": "home",
    "respite": "short break",
    "sibling": "brother or sister",
    "siblings": "brothers and sisters",
    "stakeholder": "person",
    "stakeholders": "people",
    "intervention": "help",
    "interventions": "help",
    "safeguarding": "keeping children safe",
    "multi-agency": "working together",
    "threshold": "when help starts",
    "key stage": "year at school",
    "outcome": "what changed",
    "outcomes": "what changed",
    "engage": "take part",
    "engagement": "taking part",
    "caseload": "number of families",
    "contact with": "time with",
    "statutory": "that the law asks for",
    "practitioner": "worker",
    "practitioners": "workers",
    "co-production": "working it out together",
    "in respect of": "about",
    "with regard to": "about",
}

#: Words with a meaning in services only: they may stand where a text says what they mean.
TO_EXPLAIN = (
    "advocate",
    "personal adviser",
    "pathway plan",
    "reflective supervision",
    "improvement plan",
    "independent visitor",
    "reviewing officer",
    "strategy meeting",
)

#: Ways of asking that keep people out or press them, whatever their name in another tool: what to use instead.
BANNED_KINDS = {
    "matrix": "a question of its own for each line",
    "grid": "a question of its own for each line",
    "slider": "zero_to_ten, whose numbers can be pressed and read aloud",
    "ranking": "pick_three",
    "rank": "pick_three",
    "drag_and_drop": "pick_three",
    "map": "choice, with areas large enough to hide in",
    "geopoint": "choice, with areas large enough to hide in",
    "geotrace": "choice, with areas large enough to hide in",
    "geoshape": "choice, with areas large enough to hide in",
    "signature": "consent",
    "star_rating": "scale, with a word for each degree",
    "stars": "scale, with a word for each degree",
    "captcha": "nothing: the site has other guards",
    "timer": "nothing: everybody has the time they need",
}

_TOO_OLD = "pictures, with yes, sometimes and no"

#: Kinds that an age cannot answer yet, and what it can. Under 8, three answers with pictures; a number from 0 to 10
#: asks for an adult's idea of a scale. Source: Borgers, de Leeuw and Hox, Children as respondents (2000).
NOT_AT_THIS_AGE = {
    Audience.CHILD_4_7: {
        Kind.SCALE: _TOO_OLD,
        Kind.FACES: _TOO_OLD,
        Kind.ZERO_TO_TEN: _TOO_OLD,
        Kind.FREQUENCY: _TOO_OLD,
        Kind.NUMBER_BAND: _TOO_OLD,
        Kind.SEVERAL: _TOO_OLD,
        Kind.PICK_THREE: _TOO_OLD,
        Kind.MONTH_YEAR: _TOO_OLD,
    },
    Audience.CHILD_8_10: {Kind.ZERO_TO_TEN: "choice, with two or three answers"},
}
