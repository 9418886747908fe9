"""The Soundings platform. `create_app()` is in `feedback/site.py`, so that a command need not wait for the pages."""


def create_app(settings=None):
    """The site. Raises KeyProblem or DatabaseProblem when it could not serve anybody."""
    from feedback.site import create_app as put_together

    return put_together(settings)
