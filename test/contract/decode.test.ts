import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codecFor, decodeAnswer } from "../../src/contract/codec.js";
import type { Contract } from "../../src/contract/contract.js";
import type { Operation } from "../../src/contract/operations.js";
import type { Report } from "../../src/contract/report.js";
import { toWire } from "../../src/contract/wire.js";
import { documented } from "./answers/templates.js";

/** The contracts that ask as well as write, and need no settings. */
const contractNames = ["migrate-remote", "admin-operation"] as const;
type PlainContract = (typeof contractNames)[number] & Contract["preset"];

const status: Operation = { kind: "status" };
const runOperation: Operation = {
  kind: "run",
  fixHistory: false,
  run: { runId: "20261120T104512Z-9f3c1a7e", part: 1 },
};

function decode(
  contract: PlainContract,
  payload: unknown,
  operation: Operation = status,
  functionError?: string,
) {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  return decodeAnswer(codecFor({ preset: contract }), operation, {
    payload: text,
    ...(functionError === undefined ? {} : { functionError }),
  });
}

const report: Report = {
  operation: "run",
  success: true,
  state: "up_to_date",
  engine: "sql",
  currentRevisions: ["002_b"],
  headRevisions: ["002_b"],
  migrations: [
    { revision: "002_b", status: "applied", durationMs: 12, appliedAt: "2026-11-20T10:45:12.000Z" },
  ],
  problems: [],
  plan: { id: "a".repeat(64), from: ["001_a"], target: "002_b", revisions: ["002_b"] },
  database: { host: "db", port: 5432, name: "app" },
  handler: { version: "0.1.0", operations: ["migration_status"] },
  runId: "20261120T104512Z-9f3c1a7e",
  part: 1,
};

describe("contract migrate-remote", () => {
  test("a report survives the wire", () => {
    expect(decode("migrate-remote", toWire(report), runOperation)).toEqual({ kind: "report", report });
  });

  test("wrapped as {statusCode, body} it is the same report, whether the body is text, base64 or an object", () => {
    const wire = toWire(report);
    const text = JSON.stringify(wire);
    const base64 = Buffer.from(text).toString("base64");
    for (const wrapped of [
      { statusCode: 200, body: text },
      { statusCode: "200", body: base64, isBase64Encoded: true },
      { statusCode: 201, body: wire },
      { body: JSON.stringify(text) },
    ]) {
      expect(decode("migrate-remote", wrapped, runOperation)).toEqual({ kind: "report", report });
    }
  });

  test.each([
    ["nothing", "", "(nothing)"],
    ["null", "null", "it is not a report"],
    ["HTML", "<html>502 Bad Gateway</html>", "it is not JSON"],
    ["another contract's success", { success: true, migrations_applied: ["1"] }, "it is not a report"],
    ["a wrapping without JSON inside", { statusCode: 502, body: "Bad Gateway" }, "status 502"],
  ])("%s is an unexpected answer", (_, payload, reason) => {
    const outcome = decode("migrate-remote", payload, runOperation);
    expect(outcome).toMatchObject({ kind: "unexpected" });
    expect(JSON.stringify(outcome)).toContain(reason);
  });

  test("the answer shown is redacted and cut", () => {
    const secret = "postgresql://admin:hunter2@db.internal/app";
    const outcome = decode("migrate-remote", {
      note: secret,
      password: "hunter2",
      filler: "x".repeat(100_000),
    });
    expect(outcome.kind).toBe("unexpected");
    expect(JSON.stringify(outcome)).not.toContain("hunter2");
    expect(JSON.stringify(outcome).length).toBeLessThan(1000);
  });

  test("an event without our operation is none of ours, and the encoded one is what document 001 shows", () => {
    const { encode } = codecFor({ preset: "migrate-remote" });
    expect(
      encode({ kind: "run", fixHistory: true, targetRevision: "abc123", run: { runId: "r", part: 1 } })
        .payload,
    ).toEqual({
      admin_operation: "run_migrations",
      parameters: { fix_history: true, target_revision: "abc123" },
      confirm: true,
      run_id: "r",
      part: 1,
    });
    expect(encode({ kind: "dry-run", fixHistory: false }).payload).toEqual({
      admin_operation: "run_migrations",
      parameters: { dry_run: true },
    });
  });
});

describe("a function error", () => {
  test("is a failure although Lambda said 200", () => {
    const answer = { errorType: "Runtime.ExitError", errorMessage: "RequestId: x Error: Runtime exited" };
    expect(decode("migrate-remote", answer, runOperation, "Unhandled")).toMatchObject({
      kind: "function-error",
      type: "Runtime.ExitError",
      timedOut: false,
    });
  });

  test("tells a time-out", () => {
    const answer = { errorMessage: "2026-11-20T10:45:12.000Z 8e4 Task timed out after 300.00 seconds" };
    expect(decode("admin-operation", answer, runOperation, "Unhandled")).toMatchObject({ timedOut: true });
  });

  test("even with a report inside is not a report", () => {
    expect(decode("migrate-remote", toWire(report), runOperation, "Unhandled").kind).toBe("function-error");
  });

  test("masks a connection string in its message and trace", () => {
    const url = "postgres://u:s3cr3t@h/d";
    const outcome = decode(
      "migrate-remote",
      { errorType: "E", errorMessage: url, trace: [url] },
      status,
      "Unhandled",
    );
    expect(JSON.stringify(outcome)).not.toContain("s3cr3t");
  });
});

describe("contract admin-operation", () => {
  test.each<[string, unknown, boolean]>([
    ["success with a state", { success: true, state: "up_to_date" }, true],
    ["status: success", { status: "success" }, true],
    ["success: false", { success: false, message: "no" }, false],
    ["an error beside success", { success: true, error: "relation exists" }, false],
    ["status: error", { status: "error", message: "no" }, false],
    ["a 500 around success", { statusCode: 500, body: JSON.stringify({ success: true }) }, false],
    ["a failure inside result", { result: { success: false } }, false],
  ])("%s → success %s", (_, answer, success) => {
    expect(decode("admin-operation", answer, runOperation)).toMatchObject({
      kind: "report",
      report: { success },
    });
  });

  test.each([[{}], [{ message: "hello" }], [[]], [null], ["done"], [{ statusCode: 200, body: "{}" }]])(
    "%j says neither, so it is unexpected",
    (answer) => {
      expect(decode("admin-operation", JSON.stringify(answer), runOperation).kind).toBe("unexpected");
    },
  );

  test("its dry-run is how its state is read; fix-history alone has no event", () => {
    const { encode, unsupported } = codecFor({ preset: "admin-operation" });
    expect(encode({ kind: "status" }).payload).toEqual({
      admin_operation: "run_migrations",
      parameters: { dry_run: true },
    });
    expect(unsupported["fix-history"]).toContain("--fix-history");
    expect(() => encode({ kind: "fix-history", run: { runId: "r", part: 1 } })).toThrow();
  });

  test("lists what is pending and applied", () => {
    const answer = {
      status: "pending_migrations",
      pending_migrations: ["b", { revision: "c" }],
      current_revision: "a",
    };
    expect(decode("admin-operation", answer)).toMatchObject({
      report: {
        state: "pending_migrations",
        currentRevisions: ["a"],
        migrations: [
          { revision: "b", status: "pending" },
          { revision: "c", status: "pending" },
        ],
      },
    });
  });
});

describe("any answer at all", () => {
  const query = { functionName: "query", table: "schema_migrations" };
  const contracts: Contract[] = [
    { preset: "migrate-remote" },
    { preset: "admin-operation" },
    { preset: "empty-event", payload: "{}" },
    { preset: "applied-list", query },
    ...documented().values(),
  ];
  const anyContract = fc.constantFrom(...contracts);
  const anyOperation = fc.constantFrom<Operation>(runOperation, status);
  // What is not described is never asked.
  const read = (contract: Contract, payload: string, operation: Operation, functionError?: string) => {
    const codec = codecFor(contract);
    const asked = codec.unsupported[operation.kind] === undefined ? operation : runOperation;
    const answer = { payload, ...(functionError === undefined ? {} : { functionError }) };
    return decodeAnswer(codec, asked, answer);
  };

  test("never throws: any JSON", () => {
    fc.assert(
      fc.property(
        anyContract,
        anyOperation,
        fc.jsonValue(),
        fc.option(fc.string()),
        (contract, operation, value, error) => {
          read(contract, JSON.stringify(value), operation, error ?? undefined);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("never throws: any text", () => {
    fc.assert(
      fc.property(anyContract, anyOperation, fc.string({ unit: "binary" }), (contract, operation, text) => {
        read(contract, text, operation);
      }),
    );
  });

  test("never throws: a report with one part replaced, and never turns a failure into success", () => {
    const wire = toWire({ ...report, success: false }) as Record<string, unknown>;
    const key = fc.constantFrom(
      ...Object.keys(wire).filter((name) => name !== "success"),
      "__proto__",
      "constructor",
    );
    fc.assert(
      fc.property(key, fc.jsonValue(), (name, value) => {
        const outcome = decode("migrate-remote", { ...wire, [name]: value }, runOperation);
        if (outcome.kind === "report") expect(outcome.report.success).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test("survives a million brackets", () => {
    const deep = `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`;
    for (const contract of contracts) {
      const outcome = read(contract, `{"success":true,"x":${deep},"error":${deep}}`, runOperation);
      expect(outcome.kind === "report" && outcome.report.success).toBe(false);
    }
  });

  test("a list's stand-in that throws when it is looked at", () => {
    const wire = { ...(toWire(report) as object), problems: { length: {} } };
    expect(decode("migrate-remote", wire, runOperation).kind).toBe("unexpected");
  });
});
