"""Domain errors: each is one sentence that says what to do, shown alike on a page and in the terminal."""


class SoundingsError(Exception):
    """Something a person can mend; `str()` is the sentence, `status` the page's HTTP status."""

    status = 400


class NotFound(SoundingsError):
    """The thing asked for is not there."""

    status = 404


class Refused(SoundingsError):
    """What was asked breaks a rule of the platform; nothing was changed."""

    status = 422


class Overtaken(SoundingsError):
    """Somebody else changed the same thing at the same moment; nothing was changed."""

    status = 409


class WaveClosed(SoundingsError):
    """A wave that is not open was asked to take a response."""

    status = 410


class KeyProblem(SoundingsError):
    """The master key or the key store is missing, wrong or unsafe."""

    status = 503


class DatabaseProblem(SoundingsError):
    """The database cannot be used as it is: too old a library, another version, not there."""

    status = 503


class ImportProblem(SoundingsError):
    """A file cannot be imported; `rows` names each bad row: (row number, reason)."""

    status = 422

    def __init__(self, sentence: str, rows: tuple[tuple[int, str], ...] = ()):
        super().__init__(sentence)
        self.rows = rows


class LostLease(SoundingsError):
    """A job took so long that another worker has it now; this one must not finish it."""

    status = 409
