import { type RunRecord, type RunState, runStates } from "../contract/run-record.js";
import type { RunStats } from "./results/run-stats.js";

/** States in which migrations were begun and the run has ended. */
const attempted: RunState[] = ["succeeded", "failed", "interrupted"];

/**
 * Numbers of the ledger's rows, newest first. Pure. Repairs of history are counted apart: they execute no migration, and a second of theirs
 * among minutes would flatter. Whoever was refused or fenced off executed nothing, and is neither a success nor a failure.
 */
export function statsOf(rows: RunRecord[], limit: number): RunStats {
  const runs = rows.filter(({ operation }) => operation === "run");
  const ended = runs.filter(({ state }) => attempted.includes(state));
  const succeeded = ended.filter(({ state }) => state === "succeeded").length;
  const lastFailure = ended.find(({ state }) => state !== "succeeded");
  const oldest = rows.at(-1);
  return {
    runs: runs.length,
    repairs: rows.length - runs.length,
    complete: rows.length < limit,
    ...(oldest === undefined ? {} : { since: oldest.startedAt }),
    outcomes: Object.fromEntries(
      runStates.map((state) => [state, runs.filter((run) => run.state === state).length]),
    ) as Record<RunState, number>,
    ...(ended.length === 0 ? {} : { successRate: succeeded / ended.length }),
    ...durationsOf(runs),
    ...(lastFailure === undefined ? {} : { lastFailure: failureOf(lastFailure) }),
  };
}

function durationsOf(runs: RunRecord[]): Pick<RunStats, "durations"> {
  const timed = runs
    .flatMap((run) => {
      const ms = durationOf(run);
      return ms === undefined ? [] : [{ runId: run.runId, ms }];
    })
    .toSorted((one, other) => one.ms - other.ms);
  const longest = timed.at(-1);
  if (longest === undefined) return {};
  const at = (share: number) => timed[Math.ceil(timed.length * share) - 1]?.ms ?? longest.ms;
  return {
    durations: {
      runs: timed.length,
      medianMs: middle(timed.map(({ ms }) => ms)),
      p95Ms: at(0.95),
      longestMs: longest.ms,
      longestRunId: longest.runId,
    },
  };
}

/** Only of a run that began to migrate, and whose end was recorded when it came: of an interrupted one it was found out later. */
function durationOf({ state, startedAt, finishedAt }: RunRecord): number | undefined {
  if (!(state === "succeeded" || state === "failed") || finishedAt === undefined) return undefined;
  const ms = Date.parse(finishedAt) - Date.parse(startedAt);
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** Of sorted numbers. */
function middle(sorted: number[]): number {
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? 0;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? upper) + upper) / 2 : upper;
}

function failureOf(run: RunRecord): NonNullable<RunStats["lastFailure"]> {
  return {
    runId: run.runId,
    state: run.state,
    startedAt: run.startedAt,
    ...(run.error === undefined ? {} : { code: run.error.code, message: run.error.message }),
  };
}
