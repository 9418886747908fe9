"""The languages that respondents may read, each by its own name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """One language: its BCP 47 code, its name in itself and in English, and which way it is written."""

    code: str
    name: str
    in_english: str
    direction: str = "ltr"


ENGLISH = Language("en", "English", "English")

#: English first, because every word is written in it; then in the order of their own names' codes.
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
