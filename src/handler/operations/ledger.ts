import type { FenceRunOperation, ListRunsOperation, RunResultOperation } from "../../contract/operations.js";
import type { Problem, ReportError } from "../../contract/report.js";
import type { RunRecord } from "../../contract/run-record.js";
import { recordOf } from "../ledger/answer.js";
import { standing } from "../ledger/closing.js";
import { readNewest, type StoredRun } from "../ledger/rows.js";
import { ensureLedger } from "../ledger/table.js";
import { end, insertEnded } from "../ledger/write.js";
import { type Findings, nothingAsked } from "../report.js";
import type { Work } from "../work.js";

/** How a run stands. A read, which another's lock does not keep out. */
export async function runResult(work: Work, { runId }: RunResultOperation): Promise<Findings> {
  return answer(await standing(work.session, work, runId));
}

/** Whatever stands in the ledger afterwards is the truth, whether the fence was in time or not. Takes no lock. */
export async function fenceRun(work: Work, operation: FenceRunOperation): Promise<Findings> {
  const { session, log } = work;
  const { runId, requestedBy } = operation;
  await ensureLedger(session);
  const who = requestedBy === undefined ? {} : { requestedBy };
  const fence = { operation: "run", state: "fenced", error: fenced(operation, "begin") } as const;
  const isNew = await insertEnded(session, { runId, ...who }, fence);
  // A part may begin, and pause again, between reading and fencing.
  let done = isNew;
  let run = await standing(session, work, runId);
  while (!done && run?.state === "paused") {
    const change = { state: "fenced", error: fenced(operation, "go on", run), report: null } as const;
    done = await end(session, run, change);
    run = await standing(session, work, runId);
  }
  if (done) log("info", "run_fenced", `Run ${runId} is fenced: it will not ${isNew ? "begin" : "go on"}`);
  return answer(run);
}

/** The ledger, newest first. */
export async function listRuns(work: Work, { limit }: ListRunsOperation): Promise<Findings> {
  const runs: RunRecord[] = [];
  let size = 0;
  for (const row of await readNewest(work.session, limit)) {
    const isDead = row.state === "running" && !row.live;
    const run = recordOf((isDead ? await standing(work.session, work, row.runId) : row) ?? row);
    size += Buffer.byteLength(JSON.stringify(run));
    if (size > mostListed) return { ...nothingAsked, runs, problems: [cut(runs.length)] };
    runs.push(run);
  }
  return { ...nothingAsked, runs };
}

const mostListed = 3_000_000;

function cut(count: number): Problem {
  return {
    code: "report_cut",
    message: `The list would have been too big: only the newest ${count} runs are in it.`,
  };
}

function answer(run: StoredRun | undefined): Findings {
  if (run === undefined) return nothingAsked;
  return {
    ...nothingAsked,
    run: { ...recordOf(run), ...(run.report === undefined ? {} : { report: run.report }) },
  };
}

function fenced(
  { runId, requestedBy }: FenceRunOperation,
  never: "begin" | "go on",
  run?: StoredRun,
): ReportError {
  const by = requestedBy === undefined ? "" : ` by ${requestedBy}`;
  const stands =
    run === undefined
      ? "Nothing was executed, nor ever will be."
      : `${run.applied.length} of its ${run.plan?.revisions.length ?? 0} migrations stand; no more will be executed.`;
  return {
    code: "fenced",
    message: `Run ${runId} was told${by} never to ${never}. ${stands}`,
    hint: "To apply what is pending, begin a new run: migrate-remote run",
  };
}
