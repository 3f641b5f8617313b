/** A revision as Alembic writes it, in a project's folder of versions. `upgrade` is the body, each line indented by four. */
export function revisionFile(
  id: string,
  down: string,
  title: string,
  upgrade: string,
): Record<string, string> {
  return {
    [`migrations/versions/${id}_${title.replaceAll(" ", "_")}.py`]: `"""${title}

Revision ID: ${id}
Revises: ${down}
Create Date: 2025-06-02 10:00:00.000000

"""
from alembic import op
import sqlalchemy as sa


revision = "${id}"
down_revision = "${down}"
branch_labels = None
depends_on = None


def upgrade():
${upgrade}


def downgrade():
    raise NotImplementedError
`,
  };
}
