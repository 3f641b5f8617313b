import { Failure } from "../contract/failure.js";
import type { Report } from "../contract/report.js";
import type { RunRecord } from "../contract/run-record.js";
import { ask } from "./ask.js";
import { delay } from "./delay.js";
import type { ReadingOperation, WritingOperation } from "./invoke.js";
import type { Permit } from "./permit.js";
import {
  type Action,
  decide,
  type Observation,
  type Patience,
  startReconciliation,
  type Verdict,
} from "./reconcile.js";
import type { ResultError } from "./results.js";
import { send } from "./send.js";
import type { FunctionFacts, StageContext } from "./stage-context.js";

export interface Execution {
  verdict: Verdict;
  /** The function's last own answer to the run, where one came. */
  report?: Report;
  /** The ledger's row as it was seen last. */
  record?: RunRecord;
  /** Why an answer is missing, where one is. */
  error?: ResultError;
}

export interface ExecuteOptions {
  begin: "begin" | "attach";
  /** What a part is sent with; called when one is about to be sent, with the ledger's row where that is known. */
  permit: (record: RunRecord | undefined) => Promise<Permit>;
  /** Milliseconds since the epoch: until then an unknown run is waited for rather than fenced. */
  fenceAfter?: number;
  timeoutMs: number;
  patience: Patience;
}

/** Beyond the function's own time limit, for PostgreSQL to notice that its client is gone. */
const askMarginMs = 60_000;

export function patienceFor(facts: FunctionFacts): Patience {
  return { askMs: facts.answerTimeoutMs + askMarginMs, sends: 5 };
}

/** Carries a run through to a known outcome: the deciding is `decide`'s, here are the requests, the waiting and the jitter. */
export async function executeRun(
  context: StageContext,
  operation: WritingOperation,
  options: ExecuteOptions,
): Promise<Execution> {
  const { patience } = options;
  const now = () => context.now().getTime();
  let state = startReconciliation(now(), patience, options.fenceAfter);
  let seen: Observation = { kind: options.begin };
  let execution: Omit<Execution, "verdict"> = {};
  const said = { waiting: "" };
  for (;;) {
    const decided = decide(state, seen, now(), patience);
    state = decided.state;
    if (decided.action.kind === "end") return { ...execution, verdict: decided.action.verdict };
    announce(context, decided.action, { ...execution, began: options.begin, patience }, said);
    await delay(jittered(decided.action.afterMs), context.signal);
    context.signal.throwIfAborted();
    const step = await carryOut(context, operation, decided.action, { ...options, record: execution.record });
    seen = step.seen;
    execution = { ...execution, ...step.learned };
  }
}

interface Step {
  seen: Observation;
  learned: Omit<Execution, "verdict">;
}

async function carryOut(
  context: StageContext,
  operation: WritingOperation,
  action: Exclude<Action, { kind: "end" }>,
  { timeoutMs, permit, record }: ExecuteOptions & { record: RunRecord | undefined },
): Promise<Step> {
  const { runId } = operation.run;
  switch (action.kind) {
    case "send": {
      const part = { ...operation, run: { ...operation.run, part: action.part } };
      return sendPart(context, await permit(record), part, timeoutMs);
    }
    case "ask":
      return question(context, { kind: "run-result", runId }, "ask", timeoutMs);
    case "fence":
      return question(
        context,
        { kind: "fence-run", runId, requestedBy: context.requestedBy },
        "fence",
        timeoutMs,
      );
  }
}

async function sendPart(
  context: StageContext,
  permit: Permit,
  operation: WritingOperation,
  timeoutMs: number,
): Promise<Step> {
  const sent = await send(context, permit, operation, timeoutMs);
  if (sent.kind === "report") return answeredStep(sent.report);
  const { error } = sent;
  const seen: Observation =
    sent.kind === "lost" ? { kind: "lost" } : { kind: "not-executed", again: sent.again };
  return { seen, learned: { error } };
}

function answeredStep(report: Report): Step {
  const { run, error } = report;
  if (run !== undefined) return { seen: { kind: "answered", run }, learned: { report, record: run } };
  // Without a row the answer is the outcome only where every delivery of the same event would get it again.
  if (error === undefined || answeredAlike.has(error.code))
    return { seen: { kind: "answered", run }, learned: { report } };
  return { seen: { kind: "lost" }, learned: { error } };
}

const answeredAlike = new Set([
  "confirm_required",
  "configuration_error",
  "invalid_event",
  "permission_denied",
  "unsupported_operation",
]);

/** Asks the ledger. Whatever is no answer is silence: a 429 means that the function is perhaps still busy with the run. */
async function question(
  context: StageContext,
  operation: ReadingOperation,
  asked: "ask" | "fence",
  timeoutMs: number,
): Promise<Step> {
  const { signal } = context;
  const silence: Step = { seen: { kind: "silence", asked }, learned: {} };
  try {
    const { outcome } = await ask(context, operation, timeoutMs);
    if (outcome.kind !== "report") return silence;
    if (outcome.report.error?.code === "unsupported_operation") throw noLedger(context);
    const { run, success } = outcome.report;
    if (run === undefined && !success) return silence;
    const seen: Observation = { kind: asked === "ask" ? "ledger" : "fence", run };
    return { seen, learned: run === undefined ? {} : { record: run, ...recorded(run) } };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure && error.code === "unsupported_operation") throw error;
    return silence;
  }
}

export function noLedger({ target }: StageContext): Failure {
  return new Failure(
    "unsupported_operation",
    `The function of stage ${target.stage} keeps no ledger of runs.`,
    {
      hint: `Deploy a handler of this version for that; until then ask: migrate-remote status --stage ${target.stage}`,
    },
  );
}

function recorded({ report }: RunRecord): { report?: Report } {
  return report === undefined ? {} : { report };
}

/** Whatever is waited for is said, once. */
function announce({ emit }: StageContext, action: Action, known: Known, said: { waiting: string }): void {
  const message = waitingMessage(action, known);
  if (message === undefined || message === said.waiting) return;
  said.waiting = message;
  emit({ type: "waiting", message });
}

interface Known {
  record?: RunRecord;
  began: "begin" | "attach";
  patience: Patience;
}

function waitingMessage(action: Action, { record, began, patience }: Known): string | undefined {
  if (action.kind === "send") {
    if (action.part > 1) return `Going on with part ${action.part}`;
    return action.afterMs > 0 ? "The request did not get through; sending it again" : undefined;
  }
  if (action.kind === "fence") return "The run is in no ledger; making sure that it never begins";
  if (record?.state !== "running") {
    return began === "attach"
      ? "Asking the ledger how the run stands; one that it does not know yet may still be on its way"
      : `The answer is missing; asking the ledger what became of the run, ${Math.round(patience.askMs / 1000)} s at most while it says nothing`;
  }
  if (record.connected === false)
    return `PostgreSQL still executes it (backend ${record.pid ?? "unknown"}); waiting for its end`;
  return "The run is still going on; waiting for its end";
}

/** Clients that were cut off together shall not come back together. */
function jittered(ms: number): number {
  return ms * (0.75 + Math.random() / 2);
}
