"""Many containers that start at the same moment: real processes, held at a barrier until all of them are there.

argv: how many. Prints one JSON line for each: what ``auto_migrate`` answered, what it logged, and whether the application could serve.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from typing import Any

import env_support
import migrate_remote_handler as far_side


def container(barrier: int) -> dict[str, Any]:
    os.read(barrier, 1)  # ends when the last writer is closed
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        told = far_side.auto_migrate()
    served = env_support.rows(os.environ["DATABASE_URL"], "SELECT 'served'")[0][0]
    return {"told": told, "served": served, "log": [json.loads(line) for line in said.getvalue().splitlines()]}


def main(count: int) -> None:
    barrier, release = os.pipe()
    answers = []
    for _ in range(count):
        answer, write = os.pipe()
        if os.fork() == 0:
            os.close(release)
            with os.fdopen(write, "w") as file:
                json.dump(container(barrier), file)
            os._exit(0)
        os.close(write)
        answers.append(answer)
    os.close(release)
    for answer in answers:
        with os.fdopen(answer) as file:
            sys.stdout.write(file.read() + "\n")
    for _ in range(count):
        os.wait()


main(int(sys.argv[1]))
