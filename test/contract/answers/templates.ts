import { readFileSync } from "node:fs";
import { parseConfig } from "../../../src/config/load.js";
import { resolveTarget } from "../../../src/config/resolve.js";
import type { Contract } from "../../../src/contract/contract.js";
import { runOperation, type Speaker } from "./answer.js";
import { failureMessage, successMessage } from "./messages.js";
import { meaningless } from "./nonsense.js";

/** The configurations of docs/contracts.md by their contract's name: what people copy is what is tested. */
export function documented(): Map<string, Contract> {
  const text = readFileSync("docs/contracts.md", "utf8");
  const contracts = Array.from(text.matchAll(/^```json\n([\s\S]*?)^```$/gm), ([, block = ""]) => {
    const parsed = parseConfig(block);
    if (!parsed.ok) throw new Error(`${JSON.stringify(parsed.problems)} in ${block}`);
    const resolved = resolveTarget({ project: "shop", ...parsed.config }, "dev", {
      env: {},
      region: "us-west-2",
    });
    if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
    return resolved.target.contract;
  });
  return new Map(
    contracts.map((contract) => ["name" in contract ? contract.name : contract.preset, contract]),
  );
}

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** As the Lambdas of these frameworks answer in the versions that docs/contracts.md speaks of. */
export const speakers: Speaker[] = [
  {
    name: "zappa",
    operations: [runOperation],
    success: () => ({ value: {} }),
    failure: (random) =>
      random.pick<unknown>([null, { error: failureMessage(random) }, { message: "An uncaught exception" }]),
    nonsense: (random) => random.pick<unknown>([null, [], "{}x", "", 0, { a: 1 }, true, [{}]]),
  },
  {
    name: "bref",
    operations: [runOperation],
    success: (random) => ({ value: { exitCode: 0, output: successMessage(random) } }),
    failure: (random) => ({ exitCode: 1 + random.int(254), output: failureMessage(random) }),
    nonsense: (random) =>
      random.pick<unknown>([meaningless(random), { exitCode: "0" }, { exitCode: null }, { output: "x" }]),
  },
  {
    name: "vapor",
    operations: [runOperation],
    success: (random) => ({
      value: {
        requestId: "r",
        logGroup: "/aws/lambda/x",
        logStream: "s",
        statusCode: 0,
        output: base64(successMessage(random)),
      },
    }),
    failure: (random) => ({
      requestId: "r",
      statusCode: 1 + random.int(254),
      output: base64(failureMessage(random)),
    }),
    nonsense: (random) =>
      random.pick<unknown>([
        meaningless(random),
        { statusCode: null, output: "" },
        { statusCode: "0" },
        { statusCode: [0] },
      ]),
  },
  {
    name: "serverless-wsgi",
    operations: [runOperation],
    success: (random) => ({ value: [0, successMessage(random)] }),
    failure: (random) =>
      random.pick<unknown>([
        [1, failureMessage(random)],
        [-1, "... [execution timed out]", { timedOut: true }],
        failureMessage(random),
      ]),
    nonsense: (random) =>
      random.pick<unknown>([meaningless(random), ["0", "x"], [[0], "x"], { "1": 0 }, [null, "x"]]),
  },
  {
    name: "sst-v2",
    operations: [runOperation, { kind: "status" }],
    success(random, { kind }) {
      const names = random.revisions(5);
      if (kind === "run") {
        const results = names.map((migrationName) => ({ migrationName, direction: "Up", status: "Success" }));
        return { value: { results }, revisions: { applied: names } };
      }
      const cut = random.int(names.length + 1);
      const value = names.map((name, index) => ({
        name,
        migration: {},
        ...(index < cut ? { executedAt: "2026-01-26T10:00:00.000Z" } : {}),
      }));
      return { value, revisions: { applied: names.slice(0, cut), pending: names.slice(cut) } };
    },
    failure: (random) => ({ error: { message: failureMessage(random) }, results: [] }),
    partial: (random) => ({
      ...(random.chance(0.5) ? { error: { message: failureMessage(random) } } : {}),
      results: [
        { migrationName: "a", direction: "Up", status: "Success" },
        { migrationName: "b", direction: "Up", status: "Error" },
        { migrationName: "c", direction: "Up", status: "NotExecuted" },
      ],
    }),
    nonsense: (random, { kind }) =>
      random.pick<unknown>([
        kind === "run" ? [] : {},
        null,
        12,
        "OK",
        { results: random.pick([null, 1, "a", {}, [{}].map(() => ({ status: "Success" }))]) },
        { success: true },
        [{ name: 1.5, executedAt: "x" }],
        [{ executedAt: "x" }],
        [{ name: "a" }, { name: "a" }],
        JSON.parse('{"__proto__": {"results": []}}'),
      ]),
  },
  {
    name: "own-lambda",
    operations: [runOperation, { kind: "status" }, { kind: "dry-run", fixHistory: false }],
    success(random, { kind }) {
      const names = random.revisions(5);
      if (kind === "dry-run") return { value: { ok: true, plan: names }, revisions: { pending: names } };
      if (kind === "run") {
        const phase = names.length === 0 ? "nothing to do" : "done";
        return {
          value: { ok: true, phase, error: "", applied: names, broken: null },
          revisions: { applied: names },
        };
      }
      const cut = random.int(names.length + 1);
      const migrations = names.map((id, index) => ({ id, done: index < cut }));
      const value = { ok: true, version: names[cut - 1] ?? "", migrations };
      return { value, revisions: { applied: names.slice(0, cut), pending: names.slice(cut) } };
    },
    failure: (random) =>
      random.pick<unknown>([
        { ok: false, plan: [] },
        { ok: true, migrations: [], plan: [], version: "", errors: [failureMessage(random)] },
      ]),
    partial: (random) => ({
      ok: false,
      phase: "failed",
      applied: ["a"],
      broken: [{ id: "b" }],
      error: failureMessage(random),
    }),
    nonsense: (random) =>
      random.pick<unknown>([
        meaningless(random),
        { ok: true },
        { ok: "true", plan: [], migrations: [], version: "" },
        { ok: true, phase: "going on", applied: [], broken: [], migrations: [{ done: true }], version: 1.5 },
        { ok: true, phase: "done", applied: "a", broken: [], migrations: "a", version: "", plan: "a" },
      ]),
  },
];
