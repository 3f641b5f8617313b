import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Codec, codecFor, decodeAnswer } from "../../src/contract/codec.js";
import type { Contract } from "../../src/contract/contract.js";
import type { Operation } from "../../src/contract/operations.js";
import { fill, placeholdersIn } from "../../src/contract/template/placeholders.js";
import { parsePointer, valueAt } from "../../src/contract/template/pointer.js";
import { runOperation } from "./answers/answer.js";
import { documented } from "./answers/templates.js";

describe("a JSON Pointer", () => {
  // The examples of RFC 6901, section 5.
  const document = {
    foo: ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
  };
  test.each<[string, unknown]>([
    ["", document],
    ["/foo", ["bar", "baz"]],
    ["/foo/0", "bar"],
    ["/", 0],
    ["/a~1b", 1],
    ["/c%d", 2],
    ["/e^f", 3],
    ["/g|h", 4],
    ["/i\\j", 5],
    ['/k"l', 6],
    ["/ ", 7],
    ["/m~0n", 8],
  ])("%j finds what the RFC says", (pointer, found) => {
    expect(valueAt(document, pointer)).toEqual(found);
  });

  test.each([
    "/foo/2",
    "/foo/-",
    "/foo/00",
    "/foo/length",
    "/constructor",
    "/__proto__",
    "/foo/0/0",
    "/a~1b/x",
    "foo",
    "/~2",
  ])("%j finds nothing", (pointer) => {
    expect(valueAt(document, pointer)).toBeUndefined();
  });

  test("finds what its tokens lead to, whatever they are called", () => {
    const escaped = (token: string) => token.replaceAll("~", "~0").replaceAll("/", "~1");
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 0 }).filter((token) => token !== "__proto__")),
        fc.jsonValue(),
        (tokens, leaf) => {
          const document = tokens.reduceRight<unknown>((inner, token) => ({ [token]: inner }), leaf);
          const pointer = tokens.map((token) => `/${escaped(token)}`).join("");
          expect(parsePointer(pointer)).toEqual(tokens);
          expect(valueAt(document, pointer)).toEqual(leaf);
        },
      ),
    );
  });
});

describe("a payload's placeholders", () => {
  const values = {
    stage: "dev",
    runId: "r-1",
    targetRevision: undefined,
    fixHistory: false,
    requestedBy: "an o'brien@host",
  };

  test.each<[unknown, unknown]>([
    ["{stage}", "dev"],
    ["up {targetRevision|head} on {stage}", "up head on dev"],
    [{ to: "{targetRevision?}", deep: [{ a: "{targetRevision?}" }, "{targetRevision?}"] }, { deep: [{}] }],
    [{ to: "{targetRevision|}" }, { to: "" }],
    [{ fix: "{fixHistory}", maybe: "{fixHistory?}" }, { fix: false }],
    ["by {requestedBy}", "by an_o_brien@host"],
    [{ by: "{requestedBy}" }, { by: "an o'brien@host" }],
    ['exec({"a": 1}) {} { stage }', 'exec({"a": 1}) {} { stage }'],
    [
      { "{stage}": 1, n: 2, no: null, yes: true },
      { "{stage}": 1, n: 2, no: null, yes: true },
    ],
  ])("%j becomes %j", (payload, sent) => {
    expect(fill(payload, values)).toEqual(sent);
  });

  test.each(["--force", "a b", "$(reboot)", "a;b", "a'b", 'a"b', "a\nb", "é", "-1"])(
    "inside a text the revision %j is refused: it might change what is around it",
    (targetRevision) => {
      expect(() => fill("db upgrade {targetRevision|head}", { targetRevision })).toThrow(/Nothing was sent/);
      expect(fill(["{targetRevision|head}"], { targetRevision })).toEqual([targetRevision]);
    },
  );

  test("whatever is filled in, a text without placeholders stays as it is, and no other placeholder appears", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (payload, targetRevision) => {
        fc.pre(placeholdersIn(payload).length === 0);
        expect(JSON.stringify(fill(payload, { targetRevision }))).toBe(JSON.stringify(payload));
        expect(fill("{targetRevision}", { targetRevision, stage: "x" })).toBe(targetRevision);
      }),
    );
  });
});

const contracts = documented();
const codec = (name: string): Codec => codecFor(contracts.get(name) as Contract);
const run = (name: string, more: { targetRevision?: string } = {}) =>
  codec(name).encode({ ...runOperation, ...more }).payload;

describe("the templates of docs/contracts.md", () => {
  test.each<[string, unknown]>([
    ["zappa", { manage: "migrate --noinput" }],
    ["zappa-function", { command: "deploy.migrate" }],
    ["bref", "migrate --force"],
    ["vapor", { cli: "migrate --force" }],
    ["sst-v2", { type: "latest" }],
    ["serverless-wsgi", { "_serverless-wsgi": { command: "flask", data: "db upgrade head" } }],
    ["own-lambda", { action: "migrate", by: "unknown", run: runOperation.run.runId }],
  ])("%s: what is sent for a run", (name, payload) => {
    expect(run(name)).toEqual(payload);
  });

  test("a target goes where the template says, and nowhere else", () => {
    const data = "db upgrade abc123";
    expect(run("serverless-wsgi", { targetRevision: "abc123" })).toEqual({
      "_serverless-wsgi": { command: "flask", data },
    });
    expect(run("own-lambda", { targetRevision: "b c" })).toMatchObject({ to: "b c" });
    expect(codec("serverless-wsgi").unsupportedOptions).toEqual({
      fixHistory: expect.stringContaining("contract.run.send"),
    });
    expect(codec("bref").unsupportedOptions.targetRevision).toContain("{targetRevision}");
  });

  test("what is not described is not asked: the nearest event would migrate", () => {
    const { unsupported, encode, verification } = codec("bref");
    expect(unsupported.status).toContain("contract.status");
    expect(Object.keys(unsupported)).toEqual(
      expect.arrayContaining(["status", "dry-run", "fix-history", "run-result"]),
    );
    expect(() => encode({ kind: "status" })).toThrow();
    expect(verification).toBe("none");
    expect(codec("sst-v2").verification).toBe("status");
    expect(codec("sst-v2").encode({ kind: "status" })).toEqual({ payload: { type: "list" } });
  });
});

function read(name: string, value: unknown, operation: Operation = runOperation) {
  return decodeAnswer(codec(name), operation, { payload: JSON.stringify(value) });
}

describe("an answer to a template", () => {
  test("half a success: what was applied and what failed", () => {
    const results = [
      { migrationName: "001_a", direction: "Up", status: "Success" },
      { migrationName: "002_b", direction: "Up", status: "Error" },
      { migrationName: "003_c", direction: "Up", status: "NotExecuted" },
    ];
    expect(read("sst-v2", { results })).toMatchObject({
      report: {
        success: false,
        migrations: [
          { revision: "001_a", status: "applied" },
          { revision: "002_b", status: "failed" },
        ],
      },
    });
  });

  test("a failure is explained by what the template points at, decoded, without secrets", () => {
    const output = Buffer.from("SQLSTATE[08006] pgsql://u:hunter2@db\n").toString("base64");
    const outcome = read("vapor", { statusCode: 1, output });
    expect(outcome).toMatchObject({
      report: { success: false, error: { message: "SQLSTATE[08006] pgsql://u:***@db" } },
    });
  });

  test("a status tells the state by what is pending", () => {
    const status: Operation = { kind: "status" };
    const list = [{ name: "a", executedAt: "2026-01-01" }, { name: "b" }];
    expect(read("sst-v2", list, status)).toMatchObject({ report: { state: "pending_migrations" } });
    expect(read("sst-v2", list.slice(0, 1), status)).toMatchObject({ report: { state: "up_to_date" } });
  });

  test("where no list of applied ones is described, none listed does not mean none applied", () => {
    expect(read("bref", { exitCode: 0, output: "" })).toMatchObject({
      report: { success: true, appliedUnknown: true },
    });
    expect(read("sst-v2", { results: [] })).not.toHaveProperty("report.appliedUnknown");
  });

  test("another error at the top of an answer that says success is not overlooked", () => {
    expect(read("bref", { exitCode: 0, output: "", errors: ["no"] })).toMatchObject({ kind: "unexpected" });
    expect(read("bref", { statusCode: 500, body: JSON.stringify({ exitCode: 0 }) })).toMatchObject({
      report: { success: false },
    });
  });
});

test("a list of what failed that is not there is an empty one, for many have it only where something failed", () => {
  const read = { success: [{ at: "/ok", is: true }], failure: [], failed: { at: "/broken", revision: "" } };
  const contract = {
    preset: "template",
    name: "own",
    stage: "dev",
    run: { send: {}, read },
  } as unknown as Contract;
  const decoded = (payload: unknown) =>
    decodeAnswer(codecFor(contract), runOperation, { payload: JSON.stringify(payload) });
  expect(decoded({ ok: true })).toMatchObject({ report: { success: true } });
  expect(decoded({ ok: true, broken: ["a"] })).toMatchObject({ report: { success: false } });
  expect(decoded({ ok: true, broken: "a" })).toMatchObject({ kind: "unexpected" });
});
