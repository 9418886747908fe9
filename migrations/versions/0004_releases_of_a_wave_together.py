"""releases of a wave together"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = ("released", "unread", "uncoded", "said", "chosen")
COUNT_QUOTABLE = """
INSERT INTO tally (wave_id, kind, subject, label, number)
SELECT coding.wave_id, 'quotable', CAST(coding.theme_id AS VARCHAR), '', count(DISTINCT coding.excerpt_id)
FROM coding JOIN response ON response.id = coding.response_id JOIN release ON release.response_id = response.id
WHERE coding.state = 'confirmed' AND response.may_quote GROUP BY coding.wave_id, coding.theme_id
"""


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wave_id", big, nullable=True))
    op.execute("UPDATE release SET wave_id = (SELECT wave_id FROM response WHERE response.id = release.response_id)")
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.alter_column("wave_id", existing_type=big, nullable=False)
        batch_op.create_foreign_key(op.f("fk_release_wave_id_wave"), "wave", ["wave_id"], ["id"])
        batch_op.create_index("ix_release_wave_id_response_id", ["wave_id", "response_id"], unique=False)
    words = sa.text("sealed IS NOT NULL")
    op.create_index(
        "ix_answer_words",
        "answer",
        ["wave_id", "response_id"],
        unique=False,
        sqlite_where=words,
        postgresql_where=words,
    )
    op.drop_index("ix_coding_counts", "coding")
    columns = ["wave_id", "state", "theme_id", "response_id", "sentiment"]
    op.create_index("ix_coding_counts", "coding", columns, unique=False)
    op.drop_index("ix_coding_queue", "coding")
    op.create_index("ix_coding_queue", "coding", ["state", "theme_id", "probability", "id"], unique=False)
    _allow(*KINDS, "quotable")
    op.execute(COUNT_QUOTABLE)


def _allow(*kinds: str) -> None:
    with op.batch_alter_table("tally", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_tally_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_tally_kind"), f"kind IN {kinds}")


def downgrade() -> None:
    op.execute("DELETE FROM tally WHERE kind = 'quotable'")
    _allow(*KINDS)
    op.drop_index("ix_coding_queue", "coding")
    op.create_index("ix_coding_queue", "coding", ["state", "theme_id", "probability"], unique=False)
    op.drop_index("ix_coding_counts", "coding")
    columns = ["theme_id", "state", "wave_id", "sentiment", "response_id"]
    op.create_index("ix_coding_counts", "coding", columns, unique=False)
    op.drop_index("ix_answer_words", "answer")
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.drop_index("ix_release_wave_id_response_id")
        batch_op.drop_constraint(op.f("fk_release_wave_id_wave"), type_="foreignkey")
        batch_op.drop_column("wave_id")
