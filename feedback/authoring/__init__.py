"""Authoring: questionnaires of the council's own, copied or brought, changed on pages, compared and tried."""
