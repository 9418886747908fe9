"""drawings, sent and not yet sent"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_picture",
        sa.Column("draft_id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "question", name=op.f("pk_draft_picture")),
    )
    op.create_table(
        "drawing",
        sa.Column("response_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_drawing_response_id_response"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("response_id", "question", name=op.f("pk_drawing")),
    )
    op.create_index("ix_drawing_week", "drawing", ["week"])


def downgrade() -> None:
    op.drop_table("drawing")
    op.drop_table("draft_picture")
