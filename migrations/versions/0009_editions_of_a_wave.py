"""editions of a wave: other languages, easy words"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "edition",
        sa.Column("wave_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("format", sa.String(length=12), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("accepted_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["asked_version.version"], name=op.f("fk_edition_version_asked_version")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_edition_wave_id_wave"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("wave_id", "language", "format", name=op.f("pk_edition")),
    )


def downgrade() -> None:
    op.drop_table("edition")
