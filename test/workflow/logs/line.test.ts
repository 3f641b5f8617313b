import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { logLevels } from "../../../src/workflow/events.js";
import { parseLogLine, rawLogLine } from "../../../src/workflow/logs/line.js";

const id = "8f14e45f-ceea-467f-a8d4-0d6b6a1f9c1b";
const event = (message: string, timestamp = 1_763_632_800_000) => ({
  id: "1",
  stream: "s",
  timestamp,
  ingestionTime: timestamp,
  message,
});
const parse = (message: string) => parseLogLine(event(message));

test("whatever comes, a line has a time, a level and a message, and never throws", () => {
  const json = fc.json().map((text) => text);
  const prefixed = fc.tuple(
    fc.constantFrom(
      "START RequestId: ",
      "REPORT RequestId: ",
      "{",
      `2026-11-20T10:00:00.000Z\t${id}\tINFO\t{`,
      "",
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        json,
        fc.string({ unit: "binary" }),
        prefixed.map((parts) => parts.join("")),
      ),
      fc.oneof(fc.integer(), fc.double()),
      (message, timestamp) => {
        const line = parseLogLine(event(message, timestamp));
        expect(line.timestamp).toBe(timestamp);
        expect(logLevels).toContain(line.level);
        expect(typeof line.message).toBe("string");
      },
    ),
    { numRuns: 1000 },
  );
});

describe("the text format", () => {
  test.each([
    [`START RequestId: ${id} Version: $LATEST\n`, { platform: "start", requestId: id }],
    [`END RequestId: ${id}\n`, { platform: "end", requestId: id }],
    ["INIT_START Runtime Version: python:3.13.v1\n", { platform: "init" }],
    [`2026-11-20T10:00:00.000Z\t${id}\tWARN\tslow\n`, { level: "warn", requestId: id, message: "slow" }],
    ["2026-11-20T10:00:00.000Z\tundefined\tINFO\tat start\n", { level: "info", message: "at start" }],
    [`[CRITICAL]\t2026-11-20T10:00:00.000Z\t${id}\tgone`, { level: "error", requestId: id, message: "gone" }],
    [
      `2026-11-20T10:00:00.000Z ${id} Task timed out after 3.00 seconds`,
      { level: "error", requestId: id, message: "Task timed out after 3.00 seconds" },
    ],
    [`2026-11-20T10:00:00.000Z ${id} a logger of one's own`, { level: "info" }],
    [`RequestId: ${id} Error: Runtime exited with error: exit status 1`, { level: "error", requestId: id }],
    [
      `2026-11-20T10:00:00.000Z\t${id}\tERROR\tInvoke Error \t{"errorType":"TypeError","errorMessage":"no","stack":["x"]}`,
      { level: "error", requestId: id, message: "TypeError: no" },
    ],
    [`2026-11-20T10:00:00.000Z\t${id}\tINFO\tone\rtwo`, { message: "one\ntwo" }],
    ["Error: first\r    at second", { message: "Error: first\n    at second" }],
    ["WARNING something", { level: "warn" }],
    ["no error word in capitals", { level: "info" }],
    ["REPORT without an id", { level: "info", message: "REPORT without an id" }],
  ])("%j", (message, expected) => {
    expect(parse(message)).toMatchObject(expected);
  });

  test("line ends are cut, all of them; raw has line breaks where there were carriage returns", () => {
    const timeout = `2026-11-20T10:00:00.000Z ${id} Task timed out after 3.00 seconds`;
    expect(parse(`${timeout}\n\n`).message).toBe("Task timed out after 3.00 seconds");
    expect(rawLogLine(event(`${timeout}\r\n\n`)).message).toBe(timeout);
    expect(rawLogLine(event("Error: no\r    at f\r\n    at g\n")).message).toBe(
      "Error: no\n    at f\n    at g",
    );
    expect(rawLogLine(event("\n")).message).toBe("");
  });

  test("REPORT, with what it says", () => {
    const report = `REPORT RequestId: ${id}\tDuration: 3000.00 ms\tBilled Duration: 3100 ms\tMemory Size: 128 MB\tMax Memory Used: 70 MB\tInit Duration: 99.5 ms\tStatus: timeout\t\n`;
    expect(parse(report)).toMatchObject({
      level: "error",
      platform: "report",
      requestId: id,
      report: {
        durationMs: 3000,
        billedMs: 3100,
        memoryMb: 128,
        maxMemoryMb: 70,
        initMs: 99.5,
        status: "timeout",
      },
    });
  });
});

describe("JSON", () => {
  test("our handlers' lines, as they are and inside Lambda's own JSON", () => {
    const ours = {
      level: "error",
      message: "failed",
      run_id: "r",
      request_id: id,
      event: "migration_failed",
    };
    const wrapped = { timestamp: "x", level: "INFO", requestId: id, message: JSON.stringify(ours) };
    for (const line of [ours, wrapped, { ...wrapped, message: ours }])
      expect(parse(JSON.stringify(line))).toMatchObject({
        level: "error",
        message: "failed",
        runId: "r",
        requestId: id,
        fields: { event: "migration_failed" },
      });
  });

  test("an error beside the message is told with its stack, once", () => {
    const error = { errorType: "TypeError", errorMessage: "no", stackTrace: ["TypeError: no", "    at f"] };
    expect(parse(JSON.stringify({ level: "ERROR", message: "it broke", ...error })).message).toBe(
      "it broke\nTypeError: no\n    at f",
    );
    expect(parse(JSON.stringify({ ...error, message: "TypeError: no" })).message).toBe(
      "TypeError: no\n    at f",
    );
  });

  test.each([
    [{ level: 10 }, "debug"],
    [{ level: 20 }, "debug"],
    [{ level: 30 }, "info"],
    [{ level: 35 }, "info"],
    [{ level: 40 }, "warn"],
    [{ level: 50 }, "error"],
    [{ level: 60 }, "error"],
    [{ level: "50" }, "error"],
    [{ level: 3 }, "info"],
    [{ level: "warning" }, "warn"],
    [{ level: "fatal" }, "error"],
    [{ level: "critical" }, "error"],
    [{ level: "trace" }, "debug"],
    [{ severity: "ERROR" }, "error"],
    [{ "log.level": "error" }, "error"],
    [{ log: { level: "error" } }, "error"],
    [{ level: "unheard-of", severity: "WARNING" }, "warn"],
  ])("the level of %j", (fields, level) => {
    const text = JSON.stringify({ ...fields, msg: "x" });
    expect(parse(text).level).toBe(level);
    expect(parse(JSON.stringify({ level: "INFO", message: text })).level).toBe(level);
  });

  test("an object without a level has that of the prefix before it", () => {
    expect(parse(`2026-11-20T10:00:00.000Z\t${id}\tERROR\t{"msg":"x"}`).level).toBe("error");
  });

  const stack = "Error: jerr\n    at f (g.js:1:1)";
  test.each([
    [{ msg: "jerr", stack }],
    [{ msg: "jerr", err: { type: "Error", message: "jerr", stack } }],
    [{ message: "jerr", error: { message: "jerr", stack } }],
    [{ message: "jerr", "error.stack_trace": stack }],
    [{ message: "jerr", stack_trace: stack.split("\n") }],
  ])("the stack of %j is shown, and the headline once", (fields) => {
    expect(parse(JSON.stringify(fields))).toMatchObject({ level: "error", message: stack });
  });

  test("what Python's loggers call a traceback", () => {
    const traceback = 'Traceback (most recent call last):\n  File "x"\nKeyError: 1';
    for (const key of ["exc_info", "exception"])
      expect(parse(JSON.stringify({ level: "error", message: "it broke", [key]: traceback }))).toMatchObject({
        message: `it broke\n${traceback}`,
      });
  });

  test("the other fields, short and bounded, without what is shown in its own place", () => {
    const fields = {
      level: 50,
      time: 1,
      pid: 3,
      msg: "m",
      order: 42,
      who: "a b",
      err: { message: "e", stack, code: "23505" },
    };
    expect(parse(JSON.stringify(fields)).extra).toBe('order=42 who="a b" err.code=23505');
    const long = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`key${index}`, "v".repeat(99)]),
    );
    expect(parse(JSON.stringify({ msg: "m", ...long })).extra?.length).toBeLessThan(250);
    expect(
      parse(JSON.stringify({ level: "info", message: "ours", request_id: id, event: "state", state: "x" }))
        .extra,
    ).toBeUndefined();
    expect(rawLogLine(event(JSON.stringify(fields))).extra).toBeUndefined();
  });

  test("what Lambda says of itself and is no START, END or REPORT", () => {
    expect(parse('{"type":"platform.extension","record":{}}')).toMatchObject({ platform: "init" });
    expect(parse('{"type":"platform.logsDropped","record":{"droppedRecords":3}}')).toMatchObject({
      level: "warn",
      message: 'platform.logsDropped: {"droppedRecords":3}',
    });
  });

  test("an object without a message is shown as it is", () => {
    expect(parse('{"a":1}')).toMatchObject({ message: '{"a":1}', fields: { a: 1 } });
  });
});

test("secrets are masked before anything else, raw or not", () => {
  const message = `2026-11-20T10:00:00.000Z\t${id}\tINFO\t{"message":"password=hunter2","token":"hunter2"}`;
  for (const line of [parseLogLine(event(message)), rawLogLine(event(message))])
    expect(JSON.stringify(line)).not.toContain("hunter2");
  expect(rawLogLine(event(message)).message).toMatch(/^2026-11-20T10:00:00\.000Z\t/);
});
