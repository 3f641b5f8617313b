import type { FixHistoryOperation, RunOperation } from "../../contract/operations.js";
import { isFinal } from "../../contract/run-record.js";
import { alreadyRunning, recorded, recordOf, reportOf } from "../ledger/answer.js";
import { readRun, type StoredRun } from "../ledger/rows.js";
import { ensureLedger } from "../ledger/table.js";
import { end, insertEnded } from "../ledger/write.js";
import { type Refusal, refusal } from "../refusal.js";
import type { Findings } from "../report.js";
import type { Work } from "../work.js";

export type Writing = RunOperation | FixHistoryOperation;

/**
 * A refusal is recorded, so that the same event delivered again later is refused too. Of a run that is paused it is the end.
 * Where it cannot be recorded it is answered all the same, without a record.
 */
export async function refuse(
  work: Work,
  operation: Writing,
  findings: Findings,
  paused?: StoredRun,
): Promise<Findings> {
  const { session, engine } = work;
  const { kind, run } = operation;
  const { error } = findings;
  if (!work.isIdentified || error === undefined) return findings;
  try {
    await ensureLedger(session);
    const change = { error, report: reportOf(kind, engine.name, run, findings) };
    const done =
      paused === undefined
        ? await insertEnded(session, run, {
            ...change,
            operation: kind,
            state: "refused",
            engine: engine.name,
          })
        : await end(session, paused, { ...change, state: "interrupted" });
    const row = await readRun(session, run.runId);
    if (row === undefined) return findings;
    if (done || row.state === "paused") return { ...findings, run: recordOf(row) };
    return duplicate(work, row);
  } catch {
    work.log("warn", "refusal_not_recorded", "The ledger could not be told that this run was refused");
    return findings;
  }
}

/** What the ledger says of a run is the answer, whoever wrote it. */
export async function stands(work: Work, runId: string): Promise<Findings> {
  const row = await readRun(work.session, runId);
  return row === undefined ? alreadyRunning(runId) : duplicate(work, row);
}

export function duplicate(work: Work, run: StoredRun): Findings {
  const what = isFinal(run.state) ? "has ended" : "is";
  work.log(
    "warn",
    "duplicate_delivery",
    `Run ${run.runId} ${what} ${run.state} already; nothing was executed`,
  );
  const told = run.state === "running" ? alreadyRunning(run.runId, run) : recorded(run);
  return { ...told, retold: true };
}

export function keptOut(by: StoredRun | undefined): Refusal {
  const { runId = "", requestedBy, startedAt = "", pid, leaseUntil } = by ?? {};
  const why =
    leaseUntil === undefined
      ? "is still executing, though its lock is gone"
      : `is between two parts, and keeps others out until ${leaseUntil}`;
  const who = requestedBy === undefined ? "" : `, asked for by ${requestedBy},`;
  return refusal("locked", `Run ${runId}${who} ${why}. Nothing was done.`, {
    hint: `Follow it to its end: migrate-remote attach ${runId}`,
    lock: {
      runId,
      since: startedAt,
      ...(requestedBy === undefined ? {} : { requestedBy }),
      ...(pid === undefined ? {} : { pid }),
    },
  });
}

export function tooLate(runId: string): Refusal {
  return refusal("fenced", `Run ${runId} was asked for more than a day ago, so it is not begun any more.`, {
    hint: "Run anew: migrate-remote run. If it was asked for just now, the clock of that machine is wrong.",
  });
}

export function unknownPart({ run }: Writing): Refusal {
  return refusal(
    "invalid_event",
    `Part ${run.part} of run ${run.runId} came, but the ledger of this database has no such run. Nothing was done.`,
    { hint: "Is it the right database? To apply what is pending, begin a new run: migrate-remote run" },
  );
}
