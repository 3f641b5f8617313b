import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Target } from "../../src/config/target.js";
import { codecFor } from "../../src/contract/codec.js";
import type { Contract } from "../../src/contract/contract.js";
import { Failure } from "../../src/contract/failure.js";
import { attachRun } from "../../src/workflow/attach.js";
import { type FixHistoryRequest, fixHistory } from "../../src/workflow/fix-history.js";
import { type RunRequest, runMigrations } from "../../src/workflow/run.js";
import { showRun } from "../../src/workflow/runs.js";
import type { StageContext } from "../../src/workflow/stage-context.js";
import { readStatus } from "../../src/workflow/status.js";

const send = { payload: { go: true } };
const read = { success: [{ at: "/ok", is: true }], failure: [] };
const query = { functionName: "query", table: "schema_migrations" };
const bare = { preset: "template", name: "bare", stage: "dev" } as const;
const contracts: Contract[] = [
  { preset: "migrate-remote" },
  { preset: "admin-operation" },
  { preset: "empty-event", payload: "{}" },
  { preset: "empty-event", payload: "none" },
  { preset: "applied-list" },
  { preset: "applied-list", query },
  { ...bare, run: { send: send.payload, read } } as unknown as Contract,
];

/** A stage whose far side notes whatever reaches it, and answers nothing. */
function stageOf(contract: Contract, isProtected: boolean) {
  const sent: string[] = [];
  const notes = (name: string) => async () => {
    sent.push(name);
    throw new Error(`reached ${name}`);
  };
  const farSide = {
    functionName: "f",
    configuration: notes("configuration"),
    invoke: notes("invoke"),
    logEvents: notes("logs"),
    account: notes("account"),
  };
  const target = {
    stage: "dev",
    functionName: "f",
    functionShortName: "f",
    contract,
    protected: isProtected,
    confirmPhrase: "migrate-dev",
    snapshot: { kind: "required" },
    silencedRules: [],
  } as unknown as Target;
  const context = {
    target,
    codec: codecFor(contract),
    farSide,
    databases: {},
    emit: () => {},
    signal: new AbortController().signal,
    now: () => new Date(0),
    makeRunId: () => "20261120T104512Z-9f3c1a7e",
    origin: async () => ({}),
    remember: notes("remember"),
    loadSqlParser: async () => undefined,
    reads: new Set<string>(),
  } as unknown as StageContext;
  return { context, sent };
}

const requests = fc.record({
  dryRun: fc.boolean(),
  fixHistory: fc.boolean(),
  withoutPlan: fc.boolean(),
  detach: fc.boolean(),
  targetRevision: fc.option(fc.constant("abc123"), { nil: undefined }),
  planId: fc.option(fc.constant("0".repeat(64)), { nil: undefined }),
});

describe("what a contract cannot do", () => {
  test("is refused before anything reaches the far side, and nothing else is", async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...contracts),
        fc.boolean(),
        requests,
        async (contract, prod, asked) => {
          const { context, sent } = stageOf(contract, prod);
          const { codec } = context;
          const request = { ...asked, waitLockMs: 0, safeguard: {} } as unknown as RunRequest;
          const cannot =
            (asked.dryRun && codec.unsupported["dry-run"] !== undefined) ||
            (asked.targetRevision !== undefined && codec.unsupportedOptions.targetRevision !== undefined) ||
            (asked.fixHistory && codec.unsupportedOptions.fixHistory !== undefined) ||
            ((asked.planId !== undefined || asked.detach) && !codec.tracksRuns);
          const blind = prod && codec.unsupported["dry-run"] !== undefined && !asked.withoutPlan;
          const error: unknown = await runMigrations(context, request).catch((thrown: unknown) => thrown);
          if (cannot || blind) {
            refused += 1;
            expect(error).toBeInstanceOf(Failure);
            expect(error).toMatchObject({ category: cannot ? "usage" : "refused", hint: expect.any(String) });
            expect(sent).toEqual([]);
          } else expect(sent.length).toBeGreaterThan(0);
        },
      ),
    );
    expect(refused).toBeGreaterThan(0);
  });

  test("what was typed is named, not what would have been sent", async () => {
    const { context, sent } = stageOf({ preset: "empty-event", payload: "{}" }, false);
    const runId = "20261120T104512Z-9f3c1a7e";
    await expect(attachRun(context, runId, { isNoted: true })).rejects.toThrow("cannot do attach.");
    await expect(showRun(context, runId)).rejects.toThrow("cannot do runs.");
    expect(sent).toEqual([]);
  });

  test("a revision that may not stand in a command line", async () => {
    const send = { command: "flask", data: "db upgrade {targetRevision|head}" };
    const repair = { send: { data: "stamp {revision}" }, read };
    const contract = { ...bare, run: { send, read }, fixHistory: repair } as unknown as Contract;
    for (const revision of ["z y", "zz;rm", "z$(id)", "-x"]) {
      const { context, sent } = stageOf(contract, false);
      const request = { targetRevision: revision, waitLockMs: 0, safeguard: {} } as unknown as RunRequest;
      await expect(runMigrations(context, request)).rejects.toMatchObject({ category: "usage" });
      const repairing = fixHistory(context, { revision, safeguard: {} } as unknown as FixHistoryRequest);
      await expect(repairing).rejects.toMatchObject({ code: "invalid_placeholder" });
      expect(sent).toEqual([]);
    }
  });

  test.each(contracts.map((contract) => [contract.preset, contract] as const))(
    "a status of %s is asked, or refused unsent",
    async (_, contract) => {
      const { context, sent } = stageOf(contract, false);
      const error: unknown = await readStatus(context).catch((thrown: unknown) => thrown);
      const cannot = context.codec.unsupported.status !== undefined;
      expect(sent.length === 0).toBe(cannot);
      if (cannot) expect(error).toMatchObject({ code: "unsupported_operation", category: "usage" });
    },
  );
});
