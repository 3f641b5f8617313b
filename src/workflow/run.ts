import type { RunOperation } from "../contract/operations.js";
import type { Report, ReportError } from "../contract/report.js";
import { ask, outcomeError, refuseUnsupported } from "./ask.js";
import { type Confirm, obtainConsent, refuseWithoutSnapshot } from "./consent.js";
import { emptyHistory, historyView, withoutSql } from "./history-view.js";
import { type Followed, invokeAndFollow } from "./invoke-and-follow.js";
import type { HistoryView, ResultError, RunOutcome, RunResult } from "./results.js";
import {
  checkAccount,
  checkAutoMigrate,
  type FunctionFacts,
  functionFacts,
  type StageContext,
  targetSummary,
} from "./stage-context.js";
import { judgeReport, judgeStatus, lostAnswer, type Verdict } from "./verdict.js";

export interface RunRequest {
  dryRun: boolean;
  fixHistory: boolean;
  targetRevision?: string;
  confirm?: Confirm;
}

/** plan → consent → invoke once → follow → verify. Every way out says what state things are in. */
export async function runMigrations(context: StageContext, request: RunRequest): Promise<RunResult> {
  const began = context.now().getTime();
  const finish = (end: RunEnd): RunResult => ({
    command: "run",
    ...targetSummary(context),
    dryRun: request.dryRun,
    ...(request.targetRevision === undefined ? {} : { targetRevision: request.targetRevision }),
    evidence: "report",
    applied: [],
    ...(end.outcome === "planned" ? end : withoutSql(end)),
    durationMs: context.now().getTime() - began,
  });

  refuseUnsupported(context.codec, "run");
  refuseUnsupported(context.codec, "dry-run");
  const facts = await functionFacts(context);
  checkAutoMigrate(context, facts);
  if (!request.dryRun) await checkAccount(context);

  const plan = await planRun(context, request, facts);
  const planned = { ...plan.view, ...(plan.planId === undefined ? {} : { planId: plan.planId }) };
  if (plan.stop !== undefined) return finish({ ...planned, ...plan.stop });
  if (request.dryRun) return finish({ ...planned, outcome: "planned" });
  context.emit({
    type: "plan",
    target: targetSummary(context),
    migrations: plan.migrations,
    ...(plan.planId === undefined ? {} : { planId: plan.planId }),
  });

  refuseWithoutSnapshot(context);
  await obtainConsent(context, request.confirm, `apply ${plan.migrations.length} migrations`);

  const operation: RunOperation = {
    kind: "run",
    fixHistory: request.fixHistory,
    ...(request.targetRevision === undefined ? {} : { targetRevision: request.targetRevision }),
    run: {
      runId: context.makeRunId(),
      part: 1,
      requestedBy: context.requestedBy,
      ...(plan.planId === undefined ? {} : { planId: plan.planId }),
    },
  };
  const followed = await invokeAndFollow(context, operation, facts);
  const verdict = await judge(context, followed, plan.revisions, facts);
  return finish({ ...planned, ...verdict, runId: operation.run.runId, logs: followed.logs });
}

type RunEnd = HistoryView & Partial<RunResult> & { outcome: RunOutcome };

interface PlannedRun {
  view: HistoryView;
  /** The migrations that would be applied, with SQL and findings. */
  migrations: HistoryView["migrations"];
  revisions: string[];
  planId?: string;
  /** Set where there is nothing to go on with. */
  stop?: { outcome: RunOutcome; error?: ResultError };
}

async function planRun(
  context: StageContext,
  request: RunRequest,
  facts: FunctionFacts,
): Promise<PlannedRun> {
  context.emit({ type: "waiting", message: `Asking ${context.target.functionName} for the plan` });
  const { outcome } = await ask(
    context.farSide,
    context.codec,
    {
      kind: "dry-run",
      fixHistory: request.fixHistory,
      ...(request.targetRevision === undefined ? {} : { targetRevision: request.targetRevision }),
    },
    { timeoutMs: facts.answerTimeoutMs, signal: context.signal },
  );
  if (outcome.kind !== "report") {
    const error = outcomeError(outcome, context.codec, context.target.stage);
    return { view: emptyHistory, migrations: [], revisions: [], stop: { outcome: "not_started", error } };
  }
  const { report } = outcome;
  const view = await historyView(report, context.loadSqlParser);
  const revisions = report.plan?.revisions ?? view.pending;
  const inPlan = new Set(revisions);
  const migrations = view.migrations.filter(({ revision }) => inPlan.has(revision));
  const planned = {
    view,
    migrations,
    revisions,
    ...(report.plan === undefined ? {} : { planId: report.plan.id }),
  };
  const error = report.error ?? stateError(report, request, context.target.stage);
  if (error !== undefined)
    return { ...planned, stop: { outcome: error.code === "locked" ? "locked" : "not_started", error } };
  const needsRepair = request.fixHistory && report.state === "tables_without_migration_history";
  if (revisions.length === 0 && !needsRepair) return { ...planned, stop: { outcome: "nothing_to_do" } };
  return planned;
}

/** States from which no run can start, whether or not the far side says so itself. */
function stateError(report: Report, request: RunRequest, stage: string): ReportError | undefined {
  if (report.state === "inconsistent") {
    return {
      code: "inconsistent_history",
      message:
        "The database's migration history does not agree with the deployed migrations. Nothing was changed.",
      hint: `See which: migrate-remote status --stage ${stage}. Deploy the missing migrations, or repair: migrate-remote fix-history --stage ${stage} --revision REV`,
    };
  }
  if (report.state === "tables_without_migration_history" && !request.fixHistory) {
    return {
      code: "history_missing",
      message:
        "The database has tables but no migration history, so nobody knows which migrations it has. Nothing was changed.",
      hint: `Repair the history first: migrate-remote run --stage ${stage} --fix-history, or migrate-remote fix-history --stage ${stage} --revision REV`,
    };
  }
  return undefined;
}

async function judge(
  context: StageContext,
  followed: Followed,
  planned: string[],
  facts: FunctionFacts,
): Promise<Verdict> {
  const outcome = followed.asked?.outcome;
  if (outcome?.kind === "report") return judgeReport(outcome.report, context.loadSqlParser);
  const error =
    outcome === undefined
      ? lostAnswer(followed.lost)
      : outcomeError(outcome, context.codec, context.target.stage);
  if (error.code === "function_did_not_start" || error.code === "never_sent") {
    return { ...emptyHistory, outcome: "not_started", evidence: "none", applied: [], error };
  }
  context.emit({ type: "waiting", message: "The answer is missing; asking the database what is applied" });
  return judgeStatus(await statusReport(context, facts), planned, error, context);
}

/** A read may fail as well; then nothing is known. */
async function statusReport(context: StageContext, facts: FunctionFacts): Promise<Report | undefined> {
  try {
    const { outcome } = await ask(
      context.farSide,
      context.codec,
      { kind: "status" },
      { timeoutMs: facts.answerTimeoutMs, signal: context.signal },
    );
    return outcome.kind === "report" && outcome.report.success ? outcome.report : undefined;
  } catch {
    return undefined;
  }
}
