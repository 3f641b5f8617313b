import { type Codec, decodeAnswer, type Outcome } from "../contract/codec.js";
import { Failure } from "../contract/failure.js";
import type {
  DryRunOperation,
  FixHistoryOperation,
  Operation,
  RunOperation,
} from "../contract/operations.js";
import type { Report, ReportError } from "../contract/report.js";
import type { RunRecord } from "../contract/run-record.js";
import type { Invocation } from "../remote/far-side.js";
import { invokeToRead, type ReadingOperation } from "./invoke.js";
import type { ResultError } from "./results.js";
import type { StageContext } from "./stage-context.js";

export interface Asked {
  outcome: Outcome;
  invocation: Invocation;
}

/** Asks what only reads, and decodes what comes back. Throws only when no answer came, or when the contract cannot ask. */
export async function ask(
  context: StageContext,
  operation: ReadingOperation,
  timeoutMs: number,
): Promise<Asked> {
  refuseUnsupported(context.codec, operation.kind);
  return understood(context, operation, await invokeToRead(context, operation, timeoutMs));
}

/** Decodes an invocation's answer to an operation. */
export function understood(
  { codec, target }: StageContext,
  operation: Operation,
  invocation: Invocation,
): Asked {
  const outcome = decodeAnswer(codec, operation, invocation.answer);
  return { outcome: outcome.kind === "report" ? withStage(outcome, target.stage) : outcome, invocation };
}

/** The far side does not know under which stage it is asked, so its hints name commands without one. */
function withStage({ report }: { report: Report }, stage: string): { kind: "report"; report: Report } {
  const { error, run, runs } = report;
  return {
    kind: "report",
    report: {
      ...report,
      ...(error === undefined ? {} : { error: hinted(error, stage) }),
      ...(run === undefined ? {} : { run: hintedRun(run, stage) }),
      ...(runs === undefined ? {} : { runs: runs.map((one) => hintedRun(one, stage)) }),
    },
  };
}

function hintedRun(run: RunRecord, stage: string): RunRecord {
  return run.error === undefined ? run : { ...run, error: hinted(run.error, stage) };
}

/** The far side knows its commands, and not by which name it is reached. */
export function hinted(error: ReportError, stage: string): ReportError {
  if (error.hint === undefined) return error;
  const hint = error.hint.replace(
    /migrate-remote (status|run|fix-history|runs|logs|attach \S+)\b(?! --stage)/g,
    (command) => `${command} --stage ${stage}`,
  );
  return { ...error, hint };
}

/** What people type for it, where that has another name. */
const commandOf: Partial<Record<Operation["kind"], string>> = {
  "run-result": "attach",
  "fence-run": "attach",
  "list-runs": "runs",
};

/** What cannot be written into the contract's events, a revision that is no word for one, is known before anything is sent as well. */
export function refuseUnwritable(
  { codec }: Pick<StageContext, "codec">,
  operation: DryRunOperation | Omit<RunOperation, "run"> | Omit<FixHistoryOperation, "run">,
): void {
  const run = { runId: "19700101T000000Z-00000000", part: 1 };
  codec.encode(operation.kind === "dry-run" ? operation : { ...operation, run });
}

/** What a contract cannot do is known before anything is sent. */
export function refuseUnsupported(codec: Codec, kind: Operation["kind"]): void {
  const wayToGetIt = codec.unsupported[kind];
  if (wayToGetIt === undefined) return;
  throw new Failure(
    "unsupported_operation",
    `Contract ${codec.contract} cannot do ${commandOf[kind] ?? kind}. Nothing was sent.`,
    {
      hint: wayToGetIt,
    },
  );
}

/** False where nothing but the migrating function itself could say what is applied. */
export function hasStatus({ codec }: Pick<StageContext, "codec">): boolean {
  return codec.unsupported.status === undefined;
}

/** True where the far side keeps a ledger: run ids, fences and parts are known there. */
export function keepsLedger(codec: Codec, report: Report | undefined): boolean {
  return codec.tracksRuns && report?.handler?.operations.includes("run_result") === true;
}

/** An outcome that is not a report, as an error that a result carries. */
export function outcomeError(
  outcome: Exclude<Outcome, { kind: "report" }>,
  codec: Codec,
  stage: string,
): ResultError {
  const logs = `migrate-remote logs --stage ${stage}`;
  if (outcome.kind === "unexpected") {
    return {
      code: "unexpected_answer",
      message: `The function answered, but not as contract ${codec.contract} says: ${outcome.reason}.`,
      hint: `Check \`contract\` in .migraterc.json, and what the function wrote: ${logs}`,
      answer: outcome.excerpt,
    };
  }
  if (outcome.timedOut) {
    return {
      code: "function_timed_out",
      message: `The function was stopped at its time limit (${outcome.message}).`,
      hint: `Raise the function's timeout. What it wrote: ${logs}`,
    };
  }
  return {
    code: neverRan(outcome.type) ? "function_did_not_start" : "function_failed",
    message: `The function failed with ${outcome.type}: ${outcome.message}`,
    hint: `See what it wrote: ${logs}`,
    ...(outcome.trace.length > 0 ? { trace: outcome.trace } : {}),
  };
}

/** Lambda could not load the handler: none of its code has run. */
function neverRan(errorType: string): boolean {
  return /^Runtime\.(ImportModuleError|HandlerNotFound|UserCodeSyntaxError|InvalidEntrypoint|MalformedHandlerName)$/.test(
    errorType,
  );
}
