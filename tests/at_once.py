"""Two people or two processes doing something at the same moment, each in a session of its own."""

import threading
import time

from feedback.errors import SoundingsError


def all_at_once(database, *acts):
    """Run each in a thread of its own, beginning together; returns what each gave, or the sentence it was refused."""
    start, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        start.wait()
        try:
            outcomes[place] = act()
        except SoundingsError as problem:
            outcomes[place] = problem
        finally:
            database.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def while_uncommitted(database, first, second):
    """Do `first`; before it is committed, let `second` begin in another thread. Returns what came of the second."""
    begun, outcome = threading.Event(), []

    def late():
        begun.set()
        try:
            outcome.append(in_writing(database, second))
        except SoundingsError as problem:
            outcome.append(problem)
        finally:
            database.session.remove()

    thread = threading.Thread(target=late)
    with database.writing() as session:
        first(session)
        session.flush()
        thread.start()
        begun.wait()
        time.sleep(0.3)  # time to come to where it must wait for us
    thread.join()
    database.session.remove()
    return outcome[0]


def in_writing(database, act):
    with database.writing() as session:
        return act(session)
