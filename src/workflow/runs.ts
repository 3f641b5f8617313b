import { Failure } from "../contract/failure.js";
import type { Report } from "../contract/report.js";
import { ask, outcomeError, refuseUnsupported } from "./ask.js";
import { noLedger } from "./execute-run.js";
import type { ReadingOperation } from "./invoke.js";
import type { RunStatsResult } from "./results/run-stats.js";
import type { RunsResult } from "./results.js";
import { statsOf } from "./run-stats.js";
import {
  asking,
  checkAutoMigrate,
  functionFacts,
  type StageContext,
  targetSummary,
} from "./stage-context.js";
import { timeOfRun } from "./time-of-run.js";

/** The ledger, newest first. */
export async function listRuns(context: StageContext, limit: number): Promise<RunsResult> {
  const report = await read(context, { kind: "list-runs", limit });
  return { command: "runs", ...targetSummary(context), runs: report.runs ?? [] };
}

/** What the ledger's newest rows amount to. */
export async function countRuns(context: StageContext, limit: number): Promise<RunStatsResult> {
  const report = await read(context, { kind: "list-runs", limit });
  return { command: "runs", ...targetSummary(context), stats: statsOf(report.runs ?? [], limit) };
}

/** One row of the ledger, whole. */
export async function showRun(context: StageContext, runId: string): Promise<RunsResult> {
  timeOfRun(runId);
  const { run } = await read(context, { kind: "run-result", runId });
  if (run !== undefined) return { command: "runs", ...targetSummary(context), runId, runs: [run] };
  throw new Failure("unknown_run", `No ledger of stage ${context.target.stage} knows run ${runId}.`, {
    category: "usage",
    hint: `See those it knows: migrate-remote runs --stage ${context.target.stage}. One that was handed to Lambda just now may take a minute to begin.`,
  });
}

async function read(context: StageContext, operation: ReadingOperation): Promise<Report> {
  const { codec, target } = context;
  refuseUnsupported(codec, "list-runs");
  const facts = await functionFacts(context);
  checkAutoMigrate(context, facts);
  context.emit({ type: "waiting", message: asking(context, "its ledger", facts) });
  const { outcome } = await ask(context, operation, facts.answerTimeoutMs);
  if (outcome.kind === "report" && outcome.report.success) return outcome.report;
  const error = outcome.kind === "report" ? outcome.report.error : outcomeError(outcome, codec, target.stage);
  if (error?.code === "unsupported_operation") throw noLedger(context);
  throw new Failure(error?.code ?? "internal_error", error?.message ?? "The ledger could not be read.", {
    hint: error?.hint,
  });
}
