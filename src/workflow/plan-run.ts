import { canBeFoundOut, type Report, type ReportError } from "../contract/report.js";
import { revisionsMeant } from "../contract/revision-name.js";
import { ask, keepsLedger, outcomeError } from "./ask.js";
import type { Confirm } from "./consent.js";
import { emptyHistory, historyView, loadReview, pendingRevisions } from "./history-view.js";
import { hasDryRun, refuseUnknownPlan } from "./refuse-options.js";
import type { HistoryView, ResultError, RunOutcome } from "./results.js";
import { contradictedByStatus } from "./second-look.js";
import { asking, type FunctionFacts, type StageContext } from "./stage-context.js";
import { sayUnknown, unknownPlan } from "./unknown-plan.js";

export interface PlanRequest {
  dryRun: boolean;
  withoutPlan: boolean;
  confirm?: Confirm;
  fixHistory: boolean;
  targetRevision?: string;
  /** Only this plan will do. */
  planId?: string;
}

export interface PlannedRun {
  view: HistoryView;
  /** The migrations that would be applied, with SQL and findings. */
  migrations: HistoryView["migrations"];
  revisions: string[];
  planId?: string;
  /** The far side knows run ids and fences. */
  hasLedger: boolean;
  /** False where the contract has no dry-run: the run may do anything. */
  isKnown: boolean;
  /** History is repaired before: of `revisions`, what the schema has already is recorded, and only the others are applied. */
  repairsFirst: boolean;
  /** What is applied already; only where no plan tells, and something reads it. */
  before?: Report;
  /** Set where there is nothing to go on with. */
  stop?: { outcome: RunOutcome; error?: ResultError };
}

/** Asks the far side what it would do, where its contract can say so. */
export function planRun(
  context: StageContext,
  request: PlanRequest,
  facts: FunctionFacts,
): Promise<PlannedRun> {
  return hasDryRun(context) ? dryRun(context, request, facts) : unknownPlan(context, facts);
}

/** Loads what comes after the plan while the far side makes it. Logs first: what is loaded after PostgreSQL's parser has to be compiled anew. */
async function prepare(context: StageContext, { dryRun }: PlanRequest): Promise<void> {
  if (!dryRun) await context.farSide.loadLogs();
  await loadReview(context);
}

async function dryRun(
  context: StageContext,
  request: PlanRequest,
  facts: FunctionFacts,
): Promise<PlannedRun> {
  const { codec, target } = context;
  context.emit({ type: "waiting", message: asking(context, "the plan", facts) });
  const { fixHistory, targetRevision } = request;
  const operation = {
    kind: "dry-run",
    fixHistory,
    ...(targetRevision === undefined ? {} : { targetRevision }),
  } as const;
  const answer = ask(context, operation, facts.answerTimeoutMs);
  // Not before the request is out. What fails is told when it is needed.
  setImmediate(() => prepare(context, request).catch(() => {}));
  const { outcome } = await answer;
  if (outcome.kind !== "report") {
    const error = outcomeError(outcome, codec, target.stage);
    return {
      view: emptyHistory,
      migrations: [],
      revisions: [],
      hasLedger: false,
      isKnown: true,
      repairsFirst: false,
      stop: { outcome: "not_started", error },
    };
  }
  const { report } = outcome;
  const view = await historyView(report, context);
  const revisions = report.plan?.revisions ?? view.pending;
  const inPlan = new Set(revisions);
  const planned = {
    view,
    migrations: view.migrations.filter(({ revision }) => inPlan.has(revision)),
    revisions,
    hasLedger: keepsLedger(codec, report),
    isKnown: true,
    repairsFirst: fixHistory && canBeFoundOut(report),
    ...(report.plan === undefined ? {} : { planId: report.plan.id }),
  };
  const error =
    report.error ?? stateError(report, request, target.stage) ?? planError(report, request, target.stage);
  if (error !== undefined) return { ...planned, stop: { outcome: "not_started", error } };
  if (!tellsWhatIsDue(report, request)) return untold(context, request, report, planned);
  if (revisions.length === 0 && !planned.repairsFirst) {
    const contradiction = await contradictedByStatus(context, operation, facts);
    if (contradiction === undefined) return { ...planned, stop: { outcome: "nothing_to_do" } };
    return { ...planned, stop: { outcome: "not_started", error: contradiction } };
  }
  return planned;
}

/** None listed as pending may mean that none is, or that the contract does not list them. */
function tellsWhatIsDue(report: Report, { targetRevision }: PlanRequest): boolean {
  if (report.plan !== undefined || pendingRevisions(report).length > 0) return true;
  const { state, currentRevisions: current, headRevisions: heads } = report;
  if (state === "up_to_date") return true;
  if (targetRevision !== undefined) return revisionsMeant(current, targetRevision).length > 0;
  return heads.length > 0 && heads.every((head) => current.includes(head));
}

function untold(
  context: StageContext,
  request: PlanRequest,
  report: Report,
  planned: PlannedRun,
): PlannedRun {
  const why = `the dry-run of contract ${context.codec.contract} does not say which migrations are pending`;
  if (request.dryRun) {
    const message = `No plan can be shown: ${why}. Nothing was changed.`;
    const hint = `What the function says of its state: migrate-remote status --stage ${context.target.stage}`;
    return {
      ...planned,
      stop: { outcome: "not_started", error: { code: "unsupported_operation", message, hint } },
    };
  }
  refuseUnknownPlan(context, request, why);
  sayUnknown(context, why);
  return { ...planned, isKnown: false, before: report };
}

/** States from which no run can start, whether or not the far side says so itself. */
function stateError(report: Report, request: PlanRequest, stage: string): ReportError | undefined {
  if (request.fixHistory && canBeFoundOut(report)) return undefined;
  if (report.state === "inconsistent") {
    const failed = report.problems.find(({ code }) => code === "failed_migration");
    if (failed !== undefined && canBeFoundOut(report)) {
      return {
        code: "inconsistent_history",
        ...(failed.revision === undefined ? {} : { revision: failed.revision }),
        message: `${failed.message} Nothing was changed.`,
        hint: `Let it be found out what stands of it, and repair history: migrate-remote fix-history --stage ${stage}. Then run again.`,
      };
    }
    return {
      code: "inconsistent_history",
      message:
        "The database's migration history does not agree with the deployed migrations. Nothing was changed.",
      hint: `See which: migrate-remote status --stage ${stage}. Deploy the missing migrations, or repair: migrate-remote fix-history --stage ${stage} --revision REV`,
    };
  }
  if (report.state === "tables_without_migration_history") {
    return {
      code: "history_missing",
      message:
        "The database has tables but no migration history, so nobody knows which migrations it has. Nothing was changed.",
      hint: `Repair the history first: migrate-remote run --stage ${stage} --fix-history, or migrate-remote fix-history --stage ${stage} --revision REV`,
    };
  }
  return undefined;
}

function planError(report: Report, { planId }: PlanRequest, stage: string): ReportError | undefined {
  if (planId === undefined || report.plan?.id === planId) return undefined;
  return {
    code: "plan_changed",
    message:
      "The plan is not the one in the file: the database or the deployed function changed since it was written. Nothing was changed.",
    hint: `Look at the new one and write it down: migrate-remote run --stage ${stage} --dry-run --out FILE`,
  };
}
