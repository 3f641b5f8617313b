import { afterEach, describe, expect, test } from "vitest";
import { type AwsLogs, type AwsParts, awsLogs } from "../support/aws-logs.js";
import type { SignalSource } from "../support/run-cli.js";

const group = "/custom/migrations";
const first = "11111111-1111-4111-8111-111111111111";
const second = "22222222-2222-4222-8222-222222222222";
const runId = "20261120T100000Z-9f3c1a7e";

const start = (id: string) => `START RequestId: ${id} Version: $LATEST`;
const ends = (id: string, more = "") => [
  `END RequestId: ${id}`,
  `REPORT RequestId: ${id}\tDuration: 153.12 ms\tBilled Duration: 246 ms\tMemory Size: 512 MB\tMax Memory Used: 65 MB\t${more}`,
];
const ours = (message: string, fields: Record<string, unknown> = {}) =>
  JSON.stringify({
    level: "info",
    message,
    run_id: runId,
    request_id: first,
    event: "invocation",
    ...fields,
  });

let aws: AwsLogs;
afterEach(() => aws.close());
const open = async (parts: Partial<AwsParts> = {}) => {
  aws = await awsLogs({ group, ...parts });
};
/** What is printed, without its times, the day above them for what was before midnight, and the ids above invocations. */
const shown = (stdout: string) =>
  stdout
    .trimEnd()
    .replace(/^\d{4}-\d\d-\d\d\n/gm, "")
    .replace(/^request {3}\S+\n/gm, "")
    .replace(/^\d\d:\d\d:\d\d {2}/gm, "");
const objects = (stdout: string) =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("what is shown", () => {
  test("Lambda's text format: three lines become one, traces stay whole, levels are named", async () => {
    await open();
    aws.put("a", [
      "INIT_START Runtime Version: nodejs:22.v1",
      start(first),
      `2026-11-20T10:00:00.000Z\t${first}\tINFO\tconnected`,
      `2026-11-20T10:00:00.000Z\t${first}\tWARN\tslow`,
      `[ERROR]\t2026-11-20T10:00:00.000Z\t${first}\tpostgresql://app:hunter2@db/app is gone`,
      "Traceback (most recent call last):",
      '  File "handler.py", line 3, in handler',
      "KeyError: 'x'",
      "one more",
      ...ends(first, "Init Duration: 92.10 ms\t"),
    ]);
    const end = await aws.cli(["logs", "--stage", "dev"]);
    expect(end.exitCode, end.stderr).toBe(0);
    expect(shown(end.stdout).split("\n")).toEqual([
      "connected",
      "warn slow",
      "error postgresql://app:***@db/app is gone",
      "error Traceback (most recent call last):",
      '            File "handler.py", line 3, in handler',
      "          KeyError: 'x'",
      "one more",
      "took 153 ms, billed 246 ms, memory 65 of 512 MB, cold start 92 ms",
    ]);
  });

  test("Lambda's JSON format: system logs are folded alike, and every object has level and request id", async () => {
    await open();
    const record = { requestId: first, status: "timeout" };
    aws.put("a", [
      JSON.stringify({ time: "x", type: "platform.initStart", record: { phase: "init" } }),
      JSON.stringify({ time: "x", type: "platform.start", record: { requestId: first, version: "1" } }),
      JSON.stringify({ timestamp: "x", level: "INFO", requestId: first, message: "connected" }),
      JSON.stringify({ timestamp: "x", level: "WARN", requestId: first, message: ours("mine") }),
      "a plain line",
      JSON.stringify({
        timestamp: "x",
        level: "ERROR",
        requestId: first,
        errorType: "TypeError",
        errorMessage: "broken",
        stackTrace: ["TypeError: broken", "    at f (index.js:1:2)"],
      }),
      JSON.stringify({ time: "x", type: "platform.runtimeDone", record }),
      JSON.stringify({
        time: "x",
        type: "platform.report",
        record: {
          ...record,
          metrics: { durationMs: 3000.4, billedDurationMs: 3001, memorySizeMB: 128, maxMemoryUsedMB: 40 },
        },
      }),
    ]);
    expect(shown((await aws.cli(["logs"])).stdout).split("\n")).toEqual([
      "connected",
      "mine",
      "a plain line",
      "error TypeError: broken".replace("error ", ""),
      "              at f (index.js:1:2)",
      "ended with timeout, took 3.0 s, billed 3.0 s, memory 40 of 128 MB",
    ]);
    const lines = objects((await aws.cli(["logs", "--json"])).stdout);
    expect(lines.slice(1).map(({ requestId, level }) => [requestId, level])).toEqual([
      [first, "info"],
      [first, "info"],
      [first, "info"],
      [first, "info"],
      [first, "error"],
      [first, "info"],
      [first, "error"],
    ]);
    expect(lines[3]).toMatchObject({ message: "mine", runId });
    expect(lines[4]).toMatchObject({ message: "a plain line", runId });
    expect(lines.at(-1)).toMatchObject({
      platform: "report",
      report: { durationMs: 3000.4, billedMs: 3001, memoryMb: 128, maxMemoryMb: 40, status: "timeout" },
    });
  });

  test("lines of metrics are left out, except with --raw and --json", async () => {
    await open();
    const _aws = { Timestamp: 1, CloudWatchMetrics: [{ Namespace: "migrate-remote" }] };
    aws.put("a", [
      start(first),
      ours("Applied 001_a in 3 ms"),
      ours("Metrics: 1 applied in 9 ms", { event: "metrics", MigrationsApplied: 1, _aws }),
      JSON.stringify({ service: "another library's", orders: 1, _aws }),
      ...ends(first),
    ]);
    const people = shown((await aws.cli(["logs"])).stdout).split("\n");
    expect(people).toEqual(["Applied 001_a in 3 ms", "took 153 ms, billed 246 ms, memory 65 of 512 MB"]);
    expect((await aws.cli(["logs", "--raw"])).stdout.match(/"_aws"/g)).toHaveLength(2);
    const metrics = objects((await aws.cli(["logs", "--json"])).stdout).filter((line) => line.metrics);
    expect(metrics.map(({ fields }) => fields.MigrationsApplied)).toEqual([1, undefined]);
  });

  test("no line can drive the terminal; --raw gives the message as it came, with its colours", async () => {
    await open();
    const message = `${first}\t\x1b[31mred\x1b[0m\x1b[2J\x07 \x9b2J \x1b[8mhidden`;
    aws.put("a", [message]);
    const colour = { env: { FORCE_COLOR: "1" } };
    expect(shown((await aws.cli(["logs"])).stdout)).toBe(`${first}  red\\x1b[2J\\x07 \\x9b2J hidden`);
    expect((await aws.cli(["logs"], colour)).stdout).toContain("\x1b[31mred\x1b[0m\\x1b[2J");
    expect((await aws.cli(["logs", "--raw"])).stdout).toBe(
      `${first}\t\x1b[31mred\x1b[0m\\x1b[2J\\x07 \\x9b2J \\x1b[8mhidden\x1b[0m\n`,
    );
    const json = (await aws.cli(["logs", "--json"])).stdout;
    expect(json).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    expect(JSON.parse(json).message).toBe(message);
  });

  test("a long line is broken under its own beginning in a terminal of 80 columns, and nowhere else", async () => {
    await open();
    aws.put("a", ["word ".repeat(40).trim()]);
    const { stdout } = await aws.cli(["logs"], { terminal: { typed: "" }, env: { NO_COLOR: "1" } });
    const [head = "", ...rest] = stdout.trimEnd().split("\n");
    expect(head).toMatch(/^\d\d:\d\d:\d\d {2}word/);
    for (const line of rest) expect(line).toMatch(/^ {10}word/);
    for (const line of [head, ...rest]) expect(line.length).toBeLessThanOrEqual(80);
    expect((await aws.cli(["logs"])).stdout.trimEnd()).not.toContain("\n");
  });

  test("where another invocation begins its request id stands above it, once, for --request-id", async () => {
    await open();
    aws.put("a", [start(first), "mine", ...ends(first)], 60_000);
    aws.put("b", [start(second), "other", "and more", ...ends(second)], 50_000);
    const { stdout } = await aws.cli(["logs"]);
    expect(stdout.replace(/^\d\d:\d\d:\d\d/gm, "-").split("\n")).toEqual([
      `request   ${first}`,
      "-  mine",
      expect.stringMatching(/^- {2}took/),
      `request   ${second}`,
      "-  other",
      "-  and more",
      expect.stringMatching(/^- {2}took/),
      "",
    ]);
    expect((await aws.cli(["logs", "--request-id", second])).stdout).not.toContain(second);
    expect((await aws.cli(["logs", "--raw", "--grep", "mine"])).stdout).toBe("mine\n");
  });

  test("lines of another day have its date above them", async () => {
    await open();
    aws.put("a", ["old"], 50 * 3_600_000);
    aws.put("b", ["new"], 0);
    const { stdout } = await aws.cli(["logs", "--since", "7d"]);
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\d\n\S+ {2}old\n\d{4}-\d\d-\d\d\n\S+ {2}new\n$/);
  });
});

describe("which lines", () => {
  const twoInterleaved = () => {
    aws.put(
      "old",
      [
        start("00000000-0000-4000-8000-000000000000"),
        "older",
        ...ends("00000000-0000-4000-8000-000000000000"),
      ],
      120_000,
    );
    aws.put("a", [start(first)], 60_000);
    aws.put("b", [start(second)], 59_000);
    aws.put(
      "a",
      ["before the first line of ours", ours("migrate-remote: run", { operation: "run" })],
      58_000,
    );
    aws.put("b", ["stranger"], 57_000);
    aws.put("a", ["plain print", "Error: no\n    at x (y.js:1:2)"], 56_000);
    aws.put("b", ends(second), 50_000);
    aws.put("a", ends(first), 55_000);
  };
  const oursAlone = [
    "before the first line of ours",
    "migrate-remote: run",
    "plain print",
    "Error: no",
    "              at x (y.js:1:2)",
    "took 153 ms, billed 246 ms, memory 65 of 512 MB",
  ];

  test("two invocations interleaved in one group: --run and --request-id give one, --last the other", async () => {
    await open();
    twoInterleaved();
    for (const argv of [
      ["--run", runId],
      ["--request-id", first],
    ]) {
      const end = await aws.cli(["logs", ...argv]);
      expect(end.exitCode, end.stderr).toBe(0);
      expect(shown(end.stdout).split("\n")).toEqual(oursAlone);
    }
    const last = objects((await aws.cli(["logs", "--last", "--json"])).stdout);
    expect(last.map(({ message }) => message.split(" ")[0])).toEqual(["START", "stranger", "END", "REPORT"]);
  });

  test("following one invocation ends at its REPORT line", async () => {
    await open();
    aws.put("a", [start(first), ours("migrate-remote: run", { operation: "run" })], 3_000);
    const following = aws.cli(["logs", "--follow", "--run", runId], {
      onStdout: () => aws.put("a", ends(first), 0),
    });
    const end = await following;
    expect(end.exitCode, end.stderr).toBe(0);
    expect(end.stdout).toContain("took 153 ms");
  });

  test("a line that comes later than what was written after it is shown, and marked", async () => {
    await open();
    const signals: SignalSource = { listeners: new Set() };
    aws.put("a", ["newer"], 4_000);
    let seen = "";
    const following = aws.cli(["logs", "--follow", "--since", "1m"], {
      signals,
      onStdout: (text) => {
        if (seen === "") aws.put("b", ["older"], 8_000);
        seen += text;
      },
    });
    await expect.poll(() => seen, { timeout: 60_000 }).toMatch(/newer\n\S+ {2}late older\n/);
    for (const listener of signals.listeners) listener("SIGINT");
    expect((await following).exitCode).toBe(130);
  });

  test("asking the ledger about a run is not the run", async () => {
    await open();
    aws.put("a", [
      start(second),
      JSON.stringify({ message: "asked", run_id: runId, request_id: second, operation: "run-result" }),
      JSON.stringify({ message: "answered", run_id: runId, request_id: second }),
      ...ends(second),
    ]);
    const end = await aws.cli(["logs", "--run", runId, "--json"]);
    expect(end.exitCode).toBe(1);
    expect(end.json().error).toMatchObject({ code: "logs_not_found" });
  });

  test("without our handler a run is the one invocation that began after it, or ambiguous", async () => {
    await open({ contract: "admin-operation" });
    const now = new Date(Date.now() - 30_000).toISOString().replace(/[-:]/g, "").slice(0, 15);
    const run = `${now}Z-9f3c1a7e`;
    aws.put("a", [start(first), "mine", ...ends(first)], 29_000);
    const one = await aws.cli(["logs", "--run", run]);
    expect(shown(one.stdout).split("\n")[0], one.stderr).toBe("mine");
    aws.put("b", [start(second), "other"], 20_000);
    const two = await aws.cli(["logs", "--run", run, "--json"]);
    expect(two.exitCode).toBe(1);
    expect(two.json().error).toMatchObject({ code: "logs_ambiguous" });
    expect(two.json().error.hint).toContain(`--request-id ${first}`);
  });

  test("… also where there are no START lines", async () => {
    await open({ contract: "admin-operation" });
    const now = new Date(Date.now() - 30_000).toISOString().replace(/[-:]/g, "").slice(0, 15);
    const named = JSON.stringify({ level: "INFO", requestId: first, message: "mine" });
    aws.put("a", [named, "plain"], 29_000);
    const end = await aws.cli(["logs", "--run", `${now}Z-9f3c1a7e`]);
    expect(shown(end.stdout).split("\n"), end.stderr).toEqual(["mine", "plain"]);
  });

  test("--filter is quoted for CloudWatch, --grep and --level look here, and take traces whole", async () => {
    await open();
    aws.put("a", [
      'say "hi" -no',
      "say hi",
      "WARN low",
      "ERROR failed",
      "    at f (x.js:1:2)",
      "DEBUG detail",
    ]);
    expect(shown((await aws.cli(["logs", "--filter", 'say "hi" -no'])).stdout)).toBe('say "hi" -no');
    expect(aws.asked.at(-1)).toMatchObject({ filterPattern: String.raw`"say \"hi\" -no"` });
    expect(shown((await aws.cli(["logs", "--grep", "^say h|x\\.js"])).stdout).split("\n")).toEqual([
      "say hi",
      "ERROR failed",
      "              at f (x.js:1:2)",
    ]);
    expect(shown((await aws.cli(["logs", "--level", "WARN"])).stdout).split("\n")).toEqual([
      "WARN low",
      "ERROR failed",
      "              at f (x.js:1:2)",
    ]);
  });

  test("--until ends before now", async () => {
    await open();
    aws.put("a", ["early"], 600_000);
    aws.put("b", ["recent"], 10_000);
    expect(shown((await aws.cli(["logs", "--until", "5m"])).stdout)).toBe("early");
  });

  test.each([
    [["--grep", "("], /--grep is no regular expression/],
    [["--since", "10m", "--until", "20m"], /--since lies after --until/],
    [["--since", "10m", "--until", "20m"], /Did you mean --since 20m --until 10m/],
    [["--until", "2h"], /--until lies before the beginning/],
    [["--since", "2099-01-01"], /--since lies in the future/],
    [["--request-id", "nope"], /--request-id takes an id such as/],
    [["--until", "soon"], /--until does not understand "soon"/],
    [["--follow", "--until", "5m"], /--follow goes on until Ctrl-C/],
    [["--last", "--run", runId], /each name an invocation/],
    [["--run", "yesterday"], /not a run id/],
    [["--level", "loud"], /--level is one of debug, info, warn, error/],
    [["--filter", ""], /--filter must not be empty/],
  ])("%j is a mistake of usage", async (argv, message) => {
    await open();
    const end = await aws.cli(["logs", ...argv]);
    expect(end.exitCode).toBe(2);
    expect(end.stderr.replace(/\s+/g, " ")).toMatch(message);
  });
});

describe("nothing found", () => {
  const told = (stderr: string) => stderr.trimEnd().replace(/\s+/g, " ");

  test("is said in one line on stderr, with what to type next, and is no error", async () => {
    await open();
    aws.put("a", ["old"], 7_200_000);
    const end = await aws.cli(["logs"]);
    expect(end).toMatchObject({ exitCode: 0, stdout: "" });
    expect(told(end.stderr)).toMatch(
      /^No line in \/custom\/migrations since \S+ \S+ UTC\. Further back: migrate-remote logs --stage dev --since 1d$/,
    );
    expect(end.stderr).toMatch(/^[^\n]+\n$/);
    expect(await aws.cli(["logs", "--quiet"])).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
    expect(told((await aws.cli(["logs", "--since", "60m", "--filter", "x"])).stderr)).toMatch(
      /^No line with this text in \S+ since .*as it stands.*--since 1d$/,
    );
  });

  test("how many lines the filters held back is said with it", async () => {
    await open();
    aws.put("a", [start(first), "one", "two", ...ends(first)]);
    const whole = await aws.cli(["logs", "--grep", "zzz"]);
    expect(whole.exitCode).toBe(0);
    expect(told(whole.stderr)).toMatch(/since .* UTC: the filters held back 5 lines\. Leave out --level/);
    const last = await aws.cli(["logs", "--last", "--grep", "zzz"]);
    expect(told(last.stderr)).toContain("No line of this invocation to show: the filters held back 5 lines.");
    expect((await aws.cli(["logs"])).stderr).toBe("");
  });

  test("… also where Lambda has begun an invocation and that is all there is", async () => {
    await open();
    aws.put("a", [start(first)]);
    expect(told((await aws.cli(["logs"])).stderr)).toContain("No line in");
    expect(told((await aws.cli(["logs", "--request-id", first])).stderr)).toContain("some seconds late");
    expect((await aws.cli(["logs", "--raw"])).stderr).toBe("");
  });

  test("with --json an error is one line, like every other", async () => {
    await open();
    aws.put("a", ["x"]);
    const { stdout, exitCode } = await aws.cli(["logs", "--run", runId, "--json"]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(stdout)).toMatchObject({ command: "logs", error: { code: "logs_not_found" } });
    const usage = await aws.cli(["logs", "--level", "loud", "--json"]);
    expect(usage.stdout).toMatch(/^[^\n]+\n$/);
  });

  test("who looked 30 days back is not told to look 30 days back", async () => {
    await open();
    aws.put("a", ["x"]);
    const further = (since: string) => aws.cli(["logs", "--request-id", first, "--since", since, "--json"]);
    expect((await further("2d")).json().error.hint).toContain("Further back: --since 30d");
    expect((await further("30d")).json().error.hint).not.toContain("30d");
  });
});

describe("the last", () => {
  const asks = (id: string, operation: string) => [
    start(id),
    JSON.stringify({ level: "info", message: "migrate-remote", request_id: id, operation }),
    ...ends(id),
  ];
  const third = "33333333-3333-4333-8333-333333333333";

  test("is the last run, and not our own looks at the stage after it", async () => {
    await open();
    aws.put("a", asks(first, "run"), 7_200_000);
    aws.put("b", asks(second, "dry-run"), 60_000);
    aws.put("b", asks(third, "list-runs"), 50_000);
    const end = await aws.cli(["logs", "--last", "--json"]);
    expect(new Set(objects(end.stdout).map(({ requestId }) => requestId))).toEqual(new Set([first]));
    expect(end.stderr).toContain(`The last run: request ${first}`);
  });

  test("is a look where there is nothing else, and any invocation that does not say what it is", async () => {
    await open();
    aws.put("a", asks(first, "dry-run"), 60_000);
    aws.put("a", asks(second, "status"), 50_000);
    expect((await aws.cli(["logs", "--last"])).stderr).toContain(
      `The last status: request ${second} (no run was found)`,
    );
    aws.put("a", [start(third), "plain", ...ends(third)], 40_000);
    const end = await aws.cli(["logs", "--last"]);
    expect(end.stderr).toContain(`The last invocation: request ${third}`);
    expect(shown(end.stdout)).toContain("plain");
  });
});

test("people's and loggers' words for levels and times are understood", async () => {
  await open();
  aws.put("a", ["WARN low", "ERROR failed"]);
  const of = async (...argv: string[]) => shown((await aws.cli(["logs", ...argv])).stdout);
  expect(await of("--level", "warning")).toBe(await of("--level", "warn"));
  expect(await of("--level", "FATAL", "--until", "now")).toBe("ERROR failed");
});

describe("the group", () => {
  test("that does not exist, like its function, is not waited for", async () => {
    await open({ configuration: "missing" });
    const end = await aws.cli(["logs", "--json"]);
    expect(end.exitCode).toBe(1);
    const { error, warnings } = end.json();
    expect(error.message).toContain("AWS knows no such function either");
    expect(error.hint).toContain(".migraterc.json");
    expect(error.hint).not.toContain("--follow");
    expect(warnings[0].message).toContain("There is no function");
    expect(warnings[0].message).not.toContain("Nothing was executed");
  });

  test("that does not exist is named", async () => {
    await open();
    const end = await aws.cli(["logs", "--json"]);
    expect(end.exitCode).toBe(1);
    expect(end.json().error.message).toContain(group);
  });

  test("is the one that Lambda makes where the function may not be looked at", async () => {
    await open({ configuration: false, group: "/aws/lambda/shop-api-migrate-lambda-dev" });
    aws.put("a", ["found"]);
    const end = await aws.cli(["logs"]);
    expect(shown(end.stdout)).toBe("found");
    expect(end.stderr).toContain("all the same");
  });
});
