"""The languages that respondents may read, each by its own name."""

from dataclasses import dataclass

from babel import Locale, UnknownLocaleError


@dataclass(frozen=True)
class Language:
    """One language: its BCP 47 code, its name in itself and in English, and which way it is written."""

    code: str
    name: str
    in_english: str
    direction: str = "ltr"


ENGLISH = Language("en", "English", "English")

#: English first, because every word is written in it; then in the order in which they are listed on pages.
LANGUAGES = {
    language.code: language
    for language in (
        ENGLISH,
        Language("cy", "Cymraeg", "Welsh"),
        Language("pl", "Polski", "Polish"),
        Language("ro", "Română", "Romanian"),
        Language("uk", "Українська", "Ukrainian"),
        Language("ar", "العربية", "Arabic", "rtl"),
        Language("ur", "اردو", "Urdu", "rtl"),
    )
}


def learn(code: str) -> Language:
    """Add a language that somebody brings files for; raises ValueError for a code that nobody knows."""
    if code not in LANGUAGES:
        try:
            locale = Locale.parse(code, sep="-")
        except (UnknownLocaleError, ValueError):
            problem = f"“{code}” is no code of a language. Use one such as so for Somali or fa for Persian."
            raise ValueError(problem) from None
        name, english = locale.get_display_name(), locale.get_display_name("en")
        LANGUAGES[code] = Language(code, (name or code).capitalize(), english or code, locale.text_direction)
    return LANGUAGES[code]
