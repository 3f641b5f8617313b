"""The handler is one file that is copied; tests import it from where it is kept."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "src" / "handler" / "python"))

from alembic_support import by_each_driver, database, project  # noqa: F401
