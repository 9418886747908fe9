"""questionnaires of one's own, and every version of them"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_questionnaire",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("based_on", sa.String(length=40), nullable=True),
        sa.Column("based_on_version", sa.String(length=64), nullable=True),
        sa.Column("edited_by", sa.String(length=120), nullable=False),
        sa.Column("edited_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_own_questionnaire")),
    )
    op.create_table(
        "saved_version",
        sa.Column("questionnaire", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("saved_by", sa.String(length=120), nullable=False),
        sa.Column("saved_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["questionnaire"],
            ["own_questionnaire.key"],
            name=op.f("fk_saved_version_questionnaire_own_questionnaire"),
        ),
        sa.PrimaryKeyConstraint("questionnaire", "version", name=op.f("pk_saved_version")),
    )


def downgrade() -> None:
    op.drop_table("saved_version")
    op.drop_table("own_questionnaire")
