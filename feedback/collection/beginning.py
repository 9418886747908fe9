"""Beginning a response: the code spent where one is needed; then, in another transaction, an empty draft."""

from flask import current_app, redirect, url_for

from feedback.collection import admission, drafts
from feedback.collection.drafts import Unfinished
from feedback.collection.keeping import keep
from feedback.collection.keeping_place import give_code, question_url
from feedback.collection.models import Wave
from feedback.collection.modes import OWN
from feedback.collection.receipts import new_code
from feedback.collection.returning import next_question
from forms.questionnaire import Questionnaire


def begin(wave: Wave, questionnaire: Questionnaire, mode: str = OWN, mine: Unfinished | None = None):
    """The way to the first question, with the place in its cookie; to the next one of what was begun with a code."""
    if mine is not None:  # its code is spent
        asked = next_question(questionnaire, mine)
        return redirect(question_url(wave, asked) if asked else url_for("collection.check", key=wave.key), 303)
    let_in = admission.let_in(wave)
    if let_in is None:  # by somebody else, or by this browser when Start is pressed twice
        return redirect(url_for("collection.start", key=wave.key, used=1), 303)
    code = new_code()
    keep(wave, code, drafts.begin(current_app.extensions["soundings"].digests, code, mode, let_in.invitation))
    answer = redirect(question_url(wave, questionnaire.questions[0]), 303)
    return admission.forget_code(give_code(answer, wave, code), wave.key)
