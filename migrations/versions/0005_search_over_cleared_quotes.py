"""search over cleared quotes"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quote_word",
        sa.Column("word", sa.LargeBinary(length=16), nullable=False),
        sa.Column(
            "quote_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["quote_id"], ["quote.id"], name=op.f("fk_quote_word_quote_id_quote"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("word", "quote_id", name=op.f("pk_quote_word")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("quote_word", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quote_word_quote_id"), ["quote_id"], unique=False)

    # Only the worker has the keys that open what was cleared before.
    job = sa.text(
        "INSERT INTO job (id, kind, key, subject, state, attempts, touched, lease_until, done, total, step) "
        "SELECT :id, 'index', 'index', '{}', 'queued', 0, 0, 0, 0, 0, 'Waiting to start' "
        "WHERE EXISTS (SELECT 1 FROM quote)"
    )
    op.execute(job.bindparams(id=secrets.randbits(62) + 1))


def downgrade() -> None:
    with op.batch_alter_table("quote_word", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quote_word_quote_id"))

    op.drop_table("quote_word")
    op.execute("DELETE FROM job WHERE kind = 'index'")
