import { setTimeout as wait } from "node:timers/promises";
import type { Plan } from "../../contract/report.js";
import { asRefusal, isOfDatabase } from "../database-error.js";
import { alreadyRunning, recorded, recordOf, reportOf } from "../ledger/answer.js";
import { closeRun, standing } from "../ledger/closing.js";
import { ledgerRow, readOpenRuns, readRun, type StoredRun } from "../ledger/rows.js";
import { ensureLedger } from "../ledger/table.js";
import { claimNew, claimPart, updateOwn } from "../ledger/write.js";
import { type Lock, locked, releaseLock, takeLock } from "../lock.js";
import { beforeLock, isTooLate, underLock, withoutLock } from "../protocol.js";
import { Refusal, refusal } from "../refusal.js";
import { type Findings, nothingKnown } from "../report.js";
import { restoreSettings } from "../session-settings.js";
import type { Work } from "../work.js";
import type { Outcome, Prepared, Ready } from "./act.js";
import { duplicate, keptOut, refuse, stands, tooLate, unknownPart, type Writing } from "./refuse.js";

/** Reads what is to be done. `continued` is the plan that an earlier part claimed. */
export type Prepare = (lock: Lock, continued?: Plan) => Promise<Prepared>;

/** Steps 2 to 8 of DESIGN.md's far-side protocol: whatever is delivered how often, a run is executed at most once. */
export async function atMostOnce(work: Work, operation: Writing, prepare: Prepare): Promise<Findings> {
  const { run } = operation;
  const own = await readRun(work.session, run.runId);
  const before = beforeLock(own === undefined ? undefined : ledgerRow(own), run);
  if (own !== undefined && before !== "try-lock") return duplicate(work, own);
  let lock: Lock | undefined;
  try {
    const begun = await refusing(work, operation, async () => {
      const taken = await takeLock(work.session);
      if ("holder" in taken) return withoutTheLock(work, operation, taken.holder.runId, locked(taken.holder));
      lock = taken;
      return withTheLock(work, operation, (continued) => prepare(taken, continued));
    });
    return "carryOut" in begun ? await carryOut(work, operation, begun) : begun;
  } finally {
    if (lock !== undefined) await releaseLock(work.session, lock);
  }
}

/** Until the run is claimed, every error is a refusal: nothing was executed. */
async function refusing<T>(
  work: Work,
  operation: Writing,
  act: () => Promise<T | Findings>,
): Promise<T | Findings> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Refusal) && !isOfDatabase(error)) throw error;
    return refuse(work, operation, nothingKnown(asRefusal(error, work.session.connection).error));
  }
}

/** Step 3, the lock not had. */
async function withoutTheLock(
  work: Work,
  operation: Writing,
  holderRunId: string | undefined,
  why: Refusal,
): Promise<Findings> {
  const { run } = operation;
  // Again: whoever had the lock may have recorded something since.
  const own = await readRun(work.session, run.runId);
  const answer = withoutLock(own === undefined ? undefined : ledgerRow(own), holderRunId, run);
  if (answer === "locked") throw why;
  if (own !== undefined && answer === "recorded") return duplicate(work, own);
  work.log("warn", "duplicate_delivery", `Run ${run.runId} is at work already`);
  return alreadyRunning(run.runId, own);
}

/** Steps 4 to 6. */
async function withTheLock(
  work: Work,
  operation: Writing,
  prepare: (continued?: Plan) => Promise<Prepared>,
): Promise<Ready | Findings> {
  const { session } = work;
  const { run } = operation;
  const { runs, now } = await settledRuns(work, run.runId);
  const { close, next } = underLock(runs.map(ledgerRow), run, now);
  for (const one of runs) if (close.includes(one.runId)) await closeRun(work, one);
  const own = runs.find(({ runId }) => runId === run.runId);
  switch (next.kind) {
    case "recorded":
    case "running":
      return stands(work, run.runId);
    case "locked":
      throw keptOut(runs.find(({ runId }) => runId === next.by));
    case "unknown-part":
      throw unknownPart(operation);
    case "claim-new":
      if (isTooLate(run.runId, now)) throw tooLate(run.runId);
      break;
    case "claim-part":
      if (own?.operation !== operation.kind || own.plan === undefined) return stands(work, run.runId);
  }
  const prepared = await prepare(own?.plan);
  if (prepared.kind === "done") return prepared.findings;
  if (prepared.kind === "refused") return refuse(work, operation, prepared.findings, own);
  const { plan, from: fromRevisions, repairs } = prepared;
  const claim = {
    run,
    operation: operation.kind,
    remaining: work.clock.remaining(),
    engine: work.engine.name,
    fromRevisions,
    ...(plan === undefined ? {} : { plan }),
    ...(repairs ? { historyRepaired: false } : {}),
  };
  await ensureLedger(session);
  const claimed = await (next.kind === "claim-new" ? claimNew(session, claim) : claimPart(session, claim));
  return claimed ? prepared : stands(work, run.runId);
}

/** A backend that ends lets go of its locks a moment before it is gone itself; only who stays is still at work. */
async function settledRuns({ session }: Work, runId: string): ReturnType<typeof readOpenRuns> {
  const until = Date.now() + 2000;
  for (;;) {
    const open = await readOpenRuns(session, runId);
    if (!open.runs.some(({ live }) => live) || Date.now() > until) return open;
    await wait(50);
  }
}

/** Steps 7 and 8. */
async function carryOut(work: Work, operation: Writing, ready: Ready): Promise<Findings> {
  const { session, log } = work;
  const { run } = operation;
  const outcome = await ready.carryOut({
    repaired: async () => {
      if (await updateOwn(session, run, { historyRepaired: true })) return;
      throw refusal("lock_lost", `Run ${run.runId} was closed by another one. Nothing was executed.`, {
        hint: "See what stands: migrate-remote status. Then run again.",
      });
    },
    applied: async (applied) => {
      await updateOwn(session, run, { applied }).catch(() => {});
    },
  });
  const row = await recordOutcome(work, operation, outcome);
  if (row?.state === "paused")
    log("info", "run_paused", `Run ${run.runId} pauses after part ${run.part}`, {
      leaseUntil: row.leaseUntil,
    });
  return withRecord(outcome.findings, row);
}

async function recordOutcome(
  work: Work,
  { kind, run }: Writing,
  { findings, applied, paused }: Outcome,
): Promise<StoredRun | undefined> {
  const { session, engine } = work;
  const { error, currentRevisions: toRevisions } = findings;
  try {
    await restoreSettings(session, work.settings("record"));
    const change = {
      state: paused ? "paused" : error === undefined ? "succeeded" : "failed",
      applied,
      toRevisions,
      report: reportOf(kind, engine.name, run, findings),
      ...(error === undefined ? {} : { error }),
    } as const;
    await updateOwn(session, run, change, paused ? work.lease : undefined);
    return await readRun(session, run.runId);
  } catch {
    work.log(
      "warn",
      "outcome_not_recorded",
      "The ledger could not be told the outcome; the next run will find it out",
    );
    return readElsewhere(work);
  }
}

/** On a new connection, because the one that worked is gone. */
async function readElsewhere(work: Work): Promise<StoredRun | undefined> {
  try {
    const session = await work.open({ purpose: "read" });
    try {
      return await standing(session, work, work.runId);
    } finally {
      await session.close();
    }
  } catch {
    return undefined;
  }
}

/** Where the ledger says less than what was seen, as after a lost lock, its word is told too. */
function withRecord(findings: Findings, row: StoredRun | undefined): Findings {
  if (row === undefined) return findings;
  // The connection broke, and it had been done all the same.
  if (row.state === "succeeded" && findings.error !== undefined) return recorded(row);
  const error = findings.error ?? row.error;
  // Of a run that nobody ended the ledger can only guess; here it is known what happened.
  const seen = row.state === "interrupted" && findings.error !== undefined ? { error: findings.error } : {};
  return { ...findings, ...(error === undefined ? {} : { error }), run: { ...recordOf(row), ...seen } };
}
