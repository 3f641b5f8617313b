import type { RunStats, RunStatsResult } from "../workflow/results/run-stats.js";
import { factLines } from "./facts.js";
import type { Style } from "./style.js";
import { duration, oneLine, plural, time, wrapped } from "./text.js";

/** Below this a share in percent says more than is known. */
const fewRuns = 20;

/** Numbers of the ledger; what they rest on stands first, the verdict last. */
export function runStatsText({ stats, ...target }: RunStatsResult, style: Style): string[] {
  const head = `${style.strong(target.stage)}  ${style.dim(oneLine(target.function))}`;
  if (stats.runs === 0)
    return [head, "", `${style.dim("○")} No run is in the ledger yet, so there is nothing to count.`];
  return [head, "", ...factLines(factsOf(stats), style), "", ...verdict(stats, target.stage, style)];
}

function factsOf(stats: RunStats): [string, string | undefined][] {
  const { durations, lastFailure, outcomes, since } = stats;
  const counted = Object.entries(outcomes).filter(([, count]) => count > 0);
  return [
    ["looked at", lookedAt(stats)],
    ["since", since === undefined ? undefined : time(since)],
    ["ended as", counted.map(([state, count]) => `${count} ${state}`).join(", ")],
    ["median", durations && duration(durations.medianMs)],
    ["95 % within", durations && durations.runs >= fewRuns ? duration(durations.p95Ms) : undefined],
    ["longest", durations && `${duration(durations.longestMs)}, ${durations.longestRunId}`],
    ["last failure", lastFailure && `${lastFailure.runId}${lastFailure.code ? `, ${lastFailure.code}` : ""}`],
    ["", lastFailure?.message],
  ];
}

function lookedAt({ runs, repairs, complete }: RunStats): string {
  const also = repairs === 0 ? "" : ` and ${plural(repairs, "repair")} of history`;
  return `${complete ? "all" : "the newest"} ${plural(runs, "run")}${also}`;
}

function verdict({ successRate, outcomes, runs }: RunStats, stage: string, style: Style): string[] {
  const ended = outcomes.succeeded + outcomes.failed + outcomes.interrupted;
  if (successRate === undefined) return [`${style.dim("○")} No run has begun to migrate and ended.`];
  const of = `${outcomes.succeeded} of ${plural(ended, "run")} succeeded`;
  const mark = successRate === 1 ? style.good("✓") : style.caution("!");
  const few = runs < fewRuns ? ", too few for a rate" : "";
  const rate = ended < fewRuns ? "" : ` (${percent(successRate)})`;
  const next = successRate === 1 ? "" : `. See them: migrate-remote runs --stage ${stage}`;
  return `${mark} ${wrapped(`${of}${rate}${few}${next}.`, style)}`.split("\n");
}

/** Never rounded up to all of them. */
function percent(share: number): string {
  const tenths = Math.floor(share * 1000) / 10;
  return `${tenths} %`;
}
