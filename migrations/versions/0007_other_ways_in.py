"""other ways in: how a response came, locked tablets, paper that is typed in"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MODE = "CHECK (mode IN ('own', 'assisted', 'kiosk', 'paper'))"


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    # In one statement on both: making the table anew would take the answers with it on SQLite.
    op.execute(
        f"ALTER TABLE response ADD COLUMN mode VARCHAR(8) DEFAULT 'own' NOT NULL CONSTRAINT ck_response_mode {MODE}"
    )
    other = sa.text("mode <> 'own'")
    op.create_index(
        "ix_response_other_mode", "response", ["wave_id", "mode"], sqlite_where=other, postgresql_where=other
    )
    op.create_table(
        "kiosk",
        sa.Column("id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wave_id", big, nullable=False),
        sa.Column("pin", sa.String(length=200), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("wait_until", sa.Float(), nullable=False),
        sa.Column("begun_by", sa.String(length=120), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_kiosk_tries")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_kiosk_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk")),
    )
    op.create_table(
        "paper_batch",
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("wave_id", big, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("forms", sa.Integer(), nullable=False),
        sa.Column("twice", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("forms BETWEEN 1 AND 5000", name=op.f("ck_paper_batch_forms")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_paper_batch_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch")),
        sa.UniqueConstraint("wave_id", "name", name=op.f("uq_paper_batch_wave_id")),
    )
    op.create_table(
        "paper_entry",
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("batch_id", big, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("response_id", big, nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("unreadable", sa.JSON(), nullable=False),
        sa.Column("typed_by", sa.String(length=120), nullable=False),
        sa.Column("typist_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_entry_batch_id_paper_batch")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_paper_entry_response_id_response"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_entry")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_paper_entry_batch_id")),
    )
    op.create_index(op.f("ix_paper_entry_response_id"), "paper_entry", ["response_id"])
    op.create_table(
        "paper_second",
        sa.Column("entry_id", big, autoincrement=False, nullable=False),
        sa.Column("response_id", big, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reasons", sa.LargeBinary(), nullable=True),
        sa.Column("compared", sa.JSON(), nullable=False),
        sa.Column("differed", sa.JSON(), nullable=False),
        sa.Column("typed_by", sa.String(length=120), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("settled_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["paper_entry.id"], name=op.f("fk_paper_second_entry_id_paper_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_paper_second_response_id_response"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_paper_second")),
    )
    op.create_index(op.f("ix_paper_second_response_id"), "paper_second", ["response_id"])


def downgrade() -> None:
    for table in ("paper_second", "paper_entry", "paper_batch", "kiosk"):
        op.drop_table(table)
    op.drop_index("ix_response_other_mode", "response")
    op.execute("ALTER TABLE response DROP COLUMN mode")
