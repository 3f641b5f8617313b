"""The handler is one file that is copied; tests import it from where it is kept."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "src" / "handler" / "python"))

from alembic_support import by_each_driver, database, project  # noqa: F401
from hypothesis import settings

# How long an example takes says how busy the machine is, and a failing one is printed: neither is kept.
settings.register_profile("steady", deadline=None, database=None)
settings.load_profile("steady")
