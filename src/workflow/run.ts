import type { Codec } from "../contract/codec.js";
import { Failure } from "../contract/failure.js";
import type { RunOperation } from "../contract/operations.js";
import { canBeFoundOut } from "../contract/report.js";
import { hasStatus } from "./ask.js";
import { type Confirm, checkPhrase } from "./consent.js";
import type { RequiredHead } from "./deploy/heads.js";
import { detachRun } from "./detach.js";
import { executeAndJudge } from "./execute-and-judge.js";
import { historyChanges, withoutSql } from "./history-view.js";
import { naming } from "./not-migrated.js";
import type { Permit } from "./permit.js";
import { type PlannedRun, planRun } from "./plan-run.js";
import { refuseOptions } from "./refuse-options.js";
import { refuseUntoldHead, requireHead } from "./require-head.js";
import type { HistoryView, RunOutcome, RunResult } from "./results.js";
import { lockedOut, runAtWork } from "./run-at-work.js";
import { safeguard } from "./safeguard.js";
import type { Expected } from "./seen-history.js";
import type { SafeguardRequest } from "./snapshots/way-back.js";
import { wayBackView } from "./snapshots/way-back-view.js";
import {
  checkAccount,
  checkAutoMigrate,
  currentFacts,
  type FunctionFacts,
  functionFacts,
  type StageContext,
  targetSummary,
} from "./stage-context.js";
import type { JudgedRun } from "./verdict.js";
import { waitForLock } from "./wait-lock.js";

export interface RunRequest {
  dryRun: boolean;
  fixHistory: boolean;
  targetRevision?: string;
  confirm?: Confirm;
  /** `--without-plan`: consent to a run whose contract tells no plan. */
  withoutPlan: boolean;
  /** `--plan FILE`: nothing but this plan is applied. */
  planId?: string;
  /** `--require-head`: what is deployed must have this head. */
  requireHead?: RequiredHead;
  detach: boolean;
  /** Milliseconds to wait for the lock that another run holds. */
  waitLockMs: number;
  safeguard: SafeguardRequest;
}

type RunEnd = HistoryView & Partial<RunResult> & { outcome: RunOutcome };

/** plan → consent → snapshot → invoke once → follow → verify. Every way out says what state things are in. */
export async function runMigrations(context: StageContext, request: RunRequest): Promise<RunResult> {
  const began = context.now().getTime();
  const finish = (end: RunEnd): RunResult => ({
    command: "run",
    ...targetSummary(context),
    dryRun: request.dryRun,
    ...(request.targetRevision === undefined ? {} : { targetRevision: request.targetRevision }),
    planned: [],
    planKnown: true,
    evidence: "report",
    applied: [],
    appliedKnown: true,
    ...historyChanges(end),
    ...(end.outcome === "planned" ? end : withoutSql(end)),
    durationMs: context.now().getTime() - began,
  });

  refuseOptions(context, request);
  refuseUntoldHead(context, request.requireHead);
  checkPhrase(context, request.confirm);
  // Git is asked while the plan is made; whoever needs the answer is told what failed.
  if (!request.dryRun) context.origin().catch(() => {});
  // First: in another account there is no such function, and that would be what is told.
  if (!request.dryRun) await checkAccount(context);
  let facts = await functionFacts(context);
  checkAutoMigrate(context, facts);
  const waitUntil = began + request.waitLockMs;
  let permitted: { permit: Permit; planId: string | undefined } | undefined;
  let deployments = 0;

  for (;;) {
    const plan = await naming(permitted?.permit, () => planRun(context, request, facts));
    await naming(permitted?.permit, () => requireHead(context, request.requireHead, plan));
    const planned = {
      ...plan.view,
      planned: plan.revisions,
      planKnown: plan.isKnown && !plan.repairsFirst,
      ...(plan.planId === undefined ? {} : { planId: plan.planId }),
    };
    if (plan.stop !== undefined) return finish({ ...planned, ...plan.stop });
    if (request.dryRun) return finish({ ...planned, outcome: "planned" });
    const atWork = runAtWork(plan.view.problems);
    if (atWork !== undefined) {
      const error = lockedOut(atWork, context.target.stage);
      if (context.now().getTime() >= waitUntil) {
        const taken =
          permitted && wayBackView(context, permitted.permit.wayBack, context.now().toISOString());
        return finish({ ...planned, outcome: "locked", error, ...(taken && { wayBack: taken }) });
      }
      await waitForLock(context, error, { facts, until: waitUntil, patienceMs: request.waitLockMs });
      continue;
    }
    const runId = context.makeRunId();
    // Waiting for a lock means planning again. A plan that is still the same keeps its consent and its snapshot; another one is another
    // matter, and what was written meanwhile is in no snapshot of before.
    if (permitted === undefined || plan.planId === undefined || permitted.planId !== plan.planId) {
      show(context, plan);
      permitted = { permit: await permitFor(context, request, plan, runId), planId: plan.planId };
    }
    const { permit } = permitted;
    const current = await naming(permit, async () => {
      const seen = await currentFacts(context, facts);
      if (seen !== facts) deployments += 1;
      if (deployments > mostDeployments) throw deployedAgain(context);
      return seen;
    });
    if (current !== facts) {
      facts = current;
      continue;
    }
    const startedAt = context.now().toISOString();
    const end = await execute(context, request, { permit, plan, runId }, facts);
    if (end.outcome !== "locked" || context.now().getTime() >= waitUntil) {
      return finish({ ...planned, ...end, wayBack: wayBackView(context, permit.wayBack, startedAt) });
    }
    await waitForLock(context, end.error, { facts, until: waitUntil, patienceMs: request.waitLockMs });
  }
}

/** A pipeline that deploys in a loop must not make a run plan for ever. */
const mostDeployments = 3;

function deployedAgain({ target }: StageContext): Failure {
  return new Failure(
    "code_changed",
    `The function of stage ${target.stage} was deployed anew each time a plan was made. Nothing was executed.`,
    { category: "refused", hint: "Run again when the deployment has come to rest." },
  );
}

/** What will be done. */
function show(context: StageContext, plan: PlannedRun): void {
  if (plan.isKnown) {
    context.emit({
      type: "plan",
      target: targetSummary(context),
      migrations: plan.migrations,
      repairsFirst: plan.repairsFirst,
      ...(plan.planId === undefined ? {} : { planId: plan.planId }),
    });
  }
  if (plan.repairsFirst) {
    const message = plan.view.state === "inconsistent" ? failureRepairedFirst : repairsFirst;
    context.emit({ type: "note", message });
  }
  if (!plan.hasLedger) {
    context.emit({ type: "warning", code: "no_ledger", message: noLedger[context.codec.verification] });
  }
}

const repairsFirst =
  "The database has tables and no migration history: that is repaired first, and what the repair records as applied is not executed.";

const failureRepairedFirst =
  "A migration failed: what stands of it is found out and recorded first, and what stands wholly is not executed again.";

const noLedger: Record<Codec["verification"], string> = {
  status:
    "This function keeps no ledger of runs: should its answer be lost, only its status can tell what became of the run.",
  query:
    "This function keeps no ledger of runs: should its answer be lost, the query function can tell what was applied, and not whether that is all.",
  none: "This function keeps no ledger of runs and has no read: the run cannot be verified, and should its answer be lost, nobody can tell what became of it.",
};

function permitFor(
  context: StageContext,
  { safeguard: asked, confirm }: RunRequest,
  { migrations, view, isKnown, repairsFirst }: PlannedRun,
  runId: string,
): Promise<Permit> {
  const count = `${migrations.length} ${migrations.length === 1 ? "migration" : "migrations"}`;
  const write = {
    act: !isKnown
      ? "apply whatever is pending"
      : repairsFirst
        ? `repair the migration history and apply at most ${count}`
        : `apply ${count}`,
    runId,
    isKnown,
    migrations,
    revisions: view.currentRevisions,
    database: view.database,
  };
  return safeguard(context, write, { ...asked, ...(confirm === undefined ? {} : { confirm }) });
}

async function execute(
  context: StageContext,
  request: RunRequest,
  { permit, plan, runId }: { permit: Permit; plan: PlannedRun; runId: string },
  facts: FunctionFacts,
): Promise<RunEnd> {
  const operation: RunOperation = {
    kind: "run",
    fixHistory: request.fixHistory,
    ...(request.targetRevision === undefined ? {} : { targetRevision: request.targetRevision }),
    run: {
      runId,
      part: 1,
      requestedBy: context.requestedBy,
      ...(await context.origin()),
      ...(plan.planId === undefined ? {} : { planId: plan.planId }),
    },
  };
  await context.remember({ runId, stage: context.target.stage, function: context.target.functionName });
  context.emit({ type: "started", runId, hasLedger: plan.hasLedger, hasStatus: hasStatus(context) });
  if (request.detach)
    return { ...plan.view, runId, ...(await detachRun(context, permit, operation, plan, facts)) };
  const executable = { hasLedger: plan.hasLedger, expected: expectedOf(request, plan) };
  const { result, logs } = await executeAndJudge(context, permit, operation, executable, facts);
  return { ...withView(result, plan), runId, logs };
}

function expectedOf(
  { fixHistory, targetRevision }: RunRequest,
  { isKnown, revisions, before, view }: PlannedRun,
): Expected {
  return {
    repairs: fixHistory && canBeFoundOut(view),
    ...(isKnown ? { planned: revisions } : {}),
    ...(targetRevision === undefined ? {} : { targetRevision }),
    ...(before === undefined ? {} : { before }),
  };
}

/** Where nothing was executed the plan's own view still holds. */
function withView(end: JudgedRun, plan: PlannedRun): RunEnd {
  const holds = end.state === undefined && end.outcome !== "unknown" && plan.isKnown;
  return holds ? { ...end, ...plan.view } : end;
}
