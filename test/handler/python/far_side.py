"""Carries out events that a test sends on standard input, one JSON object a line, and asks the test how much time is left.

Lines out: ``{"log": …}``, ``{"ask": "remaining"}``, ``{"answer": …}``, ``{"thrown": {"type", "message"}}``.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "src" / "handler" / "python"))

import jsonschema
import migrate_remote_handler as far

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "wire.schema.json").read_text("utf-8"))
REPORT = jsonschema.Draft7Validator({"$ref": "#/definitions/report", "definitions": SCHEMA["definitions"]})

talking = threading.RLock()
output = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
# What migrations print must not get between the lines.
os.dup2(2, 1)


def tell(line: dict) -> None:
    with talking:
        output.write(json.dumps(line) + "\n")


class Context:
    aws_request_id = "11111111-2222-3333-4444-555555555555"
    function_name = "app-migrate-test"
    log_stream_name = "stream"


class TimedContext(Context):
    def get_remaining_time_in_millis(self) -> float:
        with talking:
            tell({"ask": "remaining"})
            return json.loads(sys.stdin.readline())["remaining"]


def main() -> None:
    options = json.loads(os.environ.get("FAR_SIDE_OPTIONS", "{}"))
    handler = far.create_handler(
        database_url=os.environ["FAR_SIDE_DATABASE"], log=lambda line: tell({"log": json.loads(line)}), **options
    )
    while True:
        line = sys.stdin.readline()
        if line == "":
            return
        asked = json.loads(line)
        try:
            answer = handler(asked["event"], TimedContext() if asked["timed"] else Context())
            REPORT.validate(answer)
            tell({"answer": answer})
        except Exception as error:
            tell({"thrown": {"type": type(error).__name__, "message": str(error)}})


main()
