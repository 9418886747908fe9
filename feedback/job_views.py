"""How far a piece of background work is; the page looks again by itself, without JavaScript."""

from flask import Blueprint, current_app, render_template

from feedback.jobs import get_job

blueprint = Blueprint("jobs", __name__)


@blueprint.get("/jobs/<id:job_id>")
def show(job_id: int):
    """The progress of one job; refreshed every two seconds while it is alive."""
    job = get_job(current_app.extensions["soundings"].database.session(), job_id)
    page = render_template("jobs/show.html", job=job)
    return (page, 200, {"Refresh": "2"}) if job.alive else page
