"""Every table, imported once, so that migrations and tests see them all."""

from feedback.accounts import models as accounts
from feedback.authoring import models as authoring
from feedback.collection import models as collection
from feedback.collection import reaching_models as reaching
from feedback.db import Base
from feedback.evidence import models as evidence
from feedback.jobs import Job
from feedback.plan import models as plan
from feedback.themes import models as themes
from feedback.triage import models as triage
from feedback.ways import models as ways

__all__ = [
    "Base",
    "Job",
    "accounts",
    "authoring",
    "collection",
    "evidence",
    "plan",
    "reaching",
    "themes",
    "triage",
    "ways",
]
