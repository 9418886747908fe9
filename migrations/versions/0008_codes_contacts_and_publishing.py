"""codes, contacts and publishing

What must hold whatever a program does is held here by triggers, which neither database loses with a table's columns:
a published wave keeps its promise, audience and questionnaire; in an anonymous wave no response holds an invitation,
no invitation a person, and no response a contact detail.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FIXED = ("promise", "audience", "kind", "questionnaire", "version")
KEPT = "a published wave keeps its promise, its audience and its questionnaire"
NOBODY = "an anonymous wave knows nobody"

#: table: (when a row is looked at, what makes it traceable)
TRACEABLE = {
    "response": (
        "NEW.invitation_id IS NOT NULL",
        "SELECT 1 FROM wave JOIN invitation ON invitation.wave_id = wave.id "
        "WHERE wave.id = NEW.wave_id AND invitation.id = NEW.invitation_id AND wave.promise = 'traceable'",
    ),
    "invitation": (
        "NEW.sealed IS NOT NULL OR NEW.spent",
        "SELECT 1 FROM wave WHERE wave.id = NEW.wave_id AND wave.promise = 'traceable'",
    ),
    "contact_detail": (
        "NEW.response_id IS NOT NULL",
        "SELECT 1 FROM response JOIN wave ON wave.id = response.wave_id "
        "WHERE response.id = NEW.response_id AND wave.promise = 'traceable'",
    ),
}


def triggers(dialect: str) -> list[str]:
    """The statements that set up the guards on one of the two databases."""
    return _on_sqlite() if dialect == "sqlite" else _on_postgresql()


def _on_sqlite() -> list[str]:
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in (*FIXED, "published"))
    made = [
        f"CREATE TRIGGER wave_is_published BEFORE UPDATE ON wave WHEN OLD.published AND ({changed}) "
        f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
    ]
    for table, (when, traceable) in TRACEABLE.items():
        for act in ("INSERT", "UPDATE"):
            made.append(
                f"CREATE TRIGGER {table}_is_traceable_{act.lower()} BEFORE {act} ON {table} WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{NOBODY}') WHERE NOT EXISTS ({traceable}); END"
            )
    return made


def _on_postgresql() -> list[str]:
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in (*FIXED, "published"))
    made = [
        _function("wave_is_published", f"RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'check_violation';"),
        "CREATE TRIGGER wave_is_published BEFORE UPDATE ON wave FOR EACH ROW "
        f"WHEN (OLD.published AND ({changed})) EXECUTE FUNCTION wave_is_published()",
    ]
    for table, (when, traceable) in TRACEABLE.items():
        name = f"{table}_is_traceable"
        refuse = f"RAISE EXCEPTION '{NOBODY}' USING ERRCODE = 'check_violation';"
        made.append(_function(name, f"IF NOT EXISTS ({traceable}) THEN {refuse} END IF;"))
        made.append(
            f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW "
            f"WHEN ({when}) EXECUTE FUNCTION {name}()"
        )
    return made


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NEW; END $$"


# SQLite would make a changed table anew and lose what refers to it: columns are added and dropped one by one.
WAVE = {
    "published": "BOOLEAN DEFAULT true NOT NULL",
    "entry": "VARCHAR(4) DEFAULT 'link' NOT NULL CONSTRAINT ck_wave_entry CHECK (entry IN ('link', 'code'))",
    "cover_hours": "VARCHAR(200) DEFAULT '' NOT NULL",
    "contacts": "TEXT DEFAULT '' NOT NULL",
    "cohort": "INTEGER CONSTRAINT ck_wave_cohort CHECK (cohort > 0)",
}


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    dialect = op.get_bind().dialect.name
    for name, kind in WAVE.items():
        op.execute(f"ALTER TABLE wave ADD COLUMN {name} {kind}")
    op.create_table(
        "invitation",
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("wave_id", big, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("spent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_invitation_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitation_digest")),
    )
    op.create_index(op.f("ix_invitation_wave_id"), "invitation", ["wave_id"])
    op.create_table(
        "spent_codes",
        sa.Column("wave_id", big, autoincrement=False, nullable=False),
        sa.Column("digests", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_spent_codes_wave_id_wave")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_spent_codes")),
    )
    kind = "INTEGER" if dialect == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE response ADD COLUMN invitation_id {kind} "
        "CONSTRAINT fk_response_invitation_id_invitation REFERENCES invitation (id)"
    )
    held = sa.text("invitation_id IS NOT NULL")
    op.create_index(
        "ix_response_invitation_id", "response", ["invitation_id"], sqlite_where=held, postgresql_where=held
    )
    op.create_table(
        "contact_detail",
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("response_id", big, nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_contact_detail_response_id_response"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_detail")),
        sa.UniqueConstraint("response_id", "question", name=op.f("uq_contact_detail_response_id")),
    )
    op.create_table(
        "identity_opening",
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("wave_id", big, nullable=False),
        sa.Column("response_id", big, nullable=True),
        sa.Column("opened_by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_identity_opening_reason_given")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_identity_opening_wave_id_wave")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_identity_opening_response_id_response"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_opening")),
    )
    op.create_index(op.f("ix_identity_opening_response_id"), "identity_opening", ["response_id"])
    op.create_table(
        "help_request",
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("wave_id", big, nullable=False),
        sa.Column("idem", sa.LargeBinary(length=32), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.CheckConstraint("(done_on IS NULL) = (outcome = '')", name=op.f("ck_help_request_done_with_outcome")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_help_request_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
        sa.UniqueConstraint("idem", name=op.f("uq_help_request_idem")),
    )
    op.create_index("ix_help_request_done_on_week", "help_request", ["done_on", "week"])
    for words in triggers(dialect):
        op.execute(words)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name in ("wave_is_published", *(f"{table}_is_traceable" for table in TRACEABLE)):
        if not sqlite:
            op.execute(f"DROP FUNCTION {name} CASCADE")
        elif name == "wave_is_published":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name}_insert")
            op.execute(f"DROP TRIGGER {name}_update")
    for table in ("help_request", "identity_opening", "contact_detail"):
        op.drop_table(table)
    op.drop_index("ix_response_invitation_id", "response")
    op.execute("ALTER TABLE response DROP COLUMN invitation_id")
    op.drop_table("spent_codes")
    op.drop_table("invitation")
    for name in WAVE:
        op.execute(f"ALTER TABLE wave DROP COLUMN {name}")
