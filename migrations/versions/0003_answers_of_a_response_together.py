"""answers of a response together"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index("ix_answer_wave_id_question")
        batch_op.create_index(
            "ix_answer_wave_id_response_id", ["wave_id", "response_id", "question", "choice"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index("ix_answer_wave_id_response_id")
        batch_op.create_index("ix_answer_wave_id_question", ["wave_id", "question", "choice"], unique=False)
