import type { Report, ReportError } from "../../contract/report.js";
import { halfApplied } from "../engines/shared/failure.js";
import { tellLeftovers } from "../engines/shared/leftovers.js";
import { look } from "../look.js";
import { closedState } from "../protocol.js";
import { findings } from "../report.js";
import type { Session } from "../session.js";
import type { Work } from "../work.js";
import { planEntries, reportOf } from "./answer.js";
import { readRun, type StoredRun } from "./rows.js";
import { end } from "./write.js";

/** Step 4, with the lock: writes what a dead run, or one whose lease has ended, came to. */
export async function closeRun(work: Work, run: StoredRun): Promise<void> {
  const outcome = await outcomeOf(work.session, work, run);
  await end(work.session, run, outcome);
  work.log("warn", "run_closed", `Run ${run.runId} was left ${run.state} and is closed as ${outcome.state}`, {
    closedRunId: run.runId,
    state: outcome.state,
  });
}

/**
 * How a run stands, for those who have no lock and only read: a dead one as if it had been closed. Undefined where it is not known.
 *
 * The order matters. The backend has to be dead before history is read, or a commit in between is missed; and the row has to
 * stand after that as it stood before, or what history says may be another run's work.
 */
export async function standing(
  session: Session,
  far: Pick<Work, "engine" | "source">,
  runId: string,
): Promise<StoredRun | undefined> {
  for (;;) {
    const run = await readRun(session, runId);
    if (run === undefined || run.state !== "running" || run.live) return run;
    const outcome = await outcomeOf(session, far, run);
    const again = await readRun(session, runId);
    if (again?.state !== "running" || again.live || again.part !== run.part) continue;
    const { pid: _, ...dead } = run;
    return { ...dead, ...outcome, finishedAt: new Date().toISOString() };
  }
}

interface Outcome {
  state: "succeeded" | "interrupted";
  applied: string[];
  toRevisions: string[];
  report: Report;
  error?: ReportError;
}

async function outcomeOf(
  session: Session,
  { engine, source }: Pick<Work, "engine" | "source">,
  run: StoredRun,
): Promise<Outcome> {
  const overview = await look(session, engine, source);
  const { assessment } = overview;
  const planned = run.plan?.revisions ?? [];
  const isUnreadable = assessment.problems.some(({ code }) => code === "unreadable_history");
  // Where history cannot be read any more, what the run itself noted is all there is.
  const stands = new Set(isUnreadable ? run.applied : assessment.applied.map(({ row }) => row.revision));
  const applied = planned.filter((revision) => stands.has(revision));
  const state = closedState(planned, stands, run.historyRepaired === false);
  const next = planned.find((revision) => !stands.has(revision));
  const isFailed = assessment.failed.some(({ row }) => row.revision === next);
  const leaves = source.migrations.some(({ revision, transactional }) => revision === next && !transactional);
  // A paused run had not begun it.
  const half = leaves && run.state === "running" ? next : undefined;
  const said = state === "succeeded" ? undefined : interrupted(run, applied, half, isFailed);
  const error = said === undefined || half === undefined ? said : await tellLeftovers(session, said);
  const told = {
    ...findings(overview, planEntries(run.plan, stands, isFailed ? next : half), error),
    ...(run.plan === undefined ? {} : { plan: run.plan }),
  };
  return {
    state,
    applied,
    toRevisions: assessment.current,
    report: reportOf(run.operation, engine.name, run, told),
    ...(error === undefined ? {} : { error }),
  };
}

/**
 * The ledger knows no more than that nobody ended it. `half`: the one that was perhaps at work, where it runs outside a transaction;
 * `isFailed`: history has the first that does not stand as failed.
 */
export function interrupted(run: StoredRun, applied: string[], half?: string, isFailed = false): ReportError {
  const why =
    run.state === "paused"
      ? `Run ${run.runId} was paused after part ${run.part}, and nobody went on with it in time.`
      : `The invocation of run ${run.runId} ended in the middle${run.part > 1 ? ` of part ${run.part}` : ""}: it died, or lost its connection to the database.`;
  const partly =
    half === undefined ? "" : ` ${half} runs outside a transaction, so some of its statements may stand.`;
  return {
    code: "interrupted",
    message: `${why} ${whatStands(run, applied)}${partly}`,
    ...(half === undefined ? {} : { revision: half }),
    hint: isFailed
      ? "History says that a migration failed. Let it be found out what stands of it: migrate-remote fix-history. Then run again: migrate-remote run"
      : half === undefined
        ? "See what is pending: migrate-remote status. Then run again: migrate-remote run"
        : `Look first what stands of ${half}. ${halfApplied(half)}`,
  };
}

function whatStands({ plan, historyRepaired }: StoredRun, applied: string[]): string {
  if (historyRepaired === false) return "History was not repaired, and nothing was executed.";
  const total = plan?.revisions.length ?? 0;
  if (total === 0) return "Nothing of it stands.";
  if (applied.length === 0) return `None of its ${total} migrations stands.`;
  const names = applied.length > 5 ? `${applied.slice(0, 5).join(", ")}, …` : applied.join(", ");
  return `${applied.length} of its ${total} migrations stand${applied.length === 1 ? "s" : ""}: ${names}.`;
}
