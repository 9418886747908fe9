"""The least that a Flask site could do with a form: read it, commit one row, say thank you.

It stands on the same server, engine and kind of file or database as the product.
"""

from flask import Flask, request
from sqlalchemy import Column, MetaData, String, Table, insert

from feedback.config import Settings
from feedback.db import BigId, Database, random_id

_rows = Table("bare", MetaData(), Column("id", BigId, primary_key=True, autoincrement=False), Column("text", String))


def site() -> Flask:
    """One endpoint."""
    app, database = Flask("bare"), Database(Settings.from_environment())
    _rows.metadata.create_all(database.writer)

    @app.post("/bare")
    def keep():
        with database.writer.begin() as connection:
            connection.execute(insert(_rows), {"id": random_id(), "text": request.form["text"]})
        return "Thank you"

    return app
