"""Runs a Python handler: Lambda's Runtime API on one side, the handler's function on the other."""

import http.client
import importlib.util
import json
import logging
import os
import sys
import time
import traceback

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
OUTPUT_MARK = os.environ.pop("MIGRATE_REMOTE_OUTPUT_MARK", "")
HANDLER = os.environ["_HANDLER"]


def call(method, path, body=b""):
    connection = http.client.HTTPConnection(API)
    try:
        headers = {"Content-Type": "application/json"}
        connection.request(method, "/2018-06-01/runtime/" + path, body or None, headers)
        response = connection.getresponse()
        return response.headers, response.read()
    finally:
        connection.close()


class Context:
    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = None
        self.client_context = None
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))


class RequestFilter(logging.Filter):
    request_id = ""

    def filter(self, record):
        record.aws_request_id = self.request_id
        return True


def prepare_logging():
    """The root logger as Lambda's Python has it: a handler, its format, level WARNING."""
    requests = RequestFilter()
    handler = logging.StreamHandler(sys.stdout)
    formatter = logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"
    )
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(requests)
    logging.getLogger().addHandler(handler)
    return requests


def load_handler(path):
    stem, _, name = HANDLER.rpartition(".")
    module_name = stem.replace("/", ".")
    # Beside this file lies what a function has only where it was deployed with it.
    sys.path[:] = [folder for folder in sys.path if folder != os.path.dirname(os.path.abspath(__file__))]
    sys.path.insert(0, os.path.dirname(path))
    if os.environ["LAMBDA_TASK_ROOT"] not in sys.path:
        sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    try:
        spec = importlib.util.spec_from_file_location(module_name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[module_name] = module
        spec.loader.exec_module(module)
    except ImportError as error:
        fail_init("Runtime.ImportModuleError", f"Unable to import module '{stem}': {error}")
    except SyntaxError as error:
        fail_init("Runtime.UserCodeSyntaxError", f"Syntax error in module '{stem}': {error}")
    except Exception as error:
        fail_init(type(error).__name__, str(error))
    if not hasattr(module, name):
        fail_init("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{stem}'")
    return getattr(module, name)


def fail_init(error_type, message):
    lines = traceback.format_exc().splitlines(True) if sys.exc_info()[0] else []
    print(f"[ERROR] {error_type}: {message}")
    document = {"errorMessage": message, "errorType": error_type, "requestId": "", "stackTrace": lines}
    call("POST", "init/error", json.dumps(document).encode())
    sys.stdout.flush()
    os._exit(1)


def describe(error, request_id):
    lines = traceback.format_tb(error.__traceback__)[1:]
    trace = "".join(lines).replace("\n", "\r")
    sys.stdout.write(f"[ERROR] {type(error).__name__}: {error}\rTraceback (most recent call last):\r{trace}\n")
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": lines,
    }


def end_output():
    """The keeper reads output and answers on two ways; this tells it that it has all of the former."""
    sys.stderr.flush()
    sys.stdout.write(OUTPUT_MARK + "\n")
    sys.stdout.flush()


def main():
    sys.stdout.reconfigure(line_buffering=True)
    requests = prepare_logging()
    handler = load_handler(sys.argv[1])
    while True:
        end_output()
        try:
            headers, payload = call("GET", "invocation/next")
        except (OSError, http.client.HTTPException):
            # Whoever gave us work is gone: there is nobody left to answer to.
            os._exit(1)
        request_id = requests.request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        try:
            answer = json.dumps(handler(json.loads(payload), Context(headers)))
        except Exception as error:
            document = json.dumps(describe(error, request_id)).encode()
            call("POST", f"invocation/{request_id}/error", document)
        else:
            call("POST", f"invocation/{request_id}/response", answer.encode())


main()
