import type { Report } from "../../contract/report.js";
import { type Reading, reading, type Unread } from "../../remote/inspect/reading.js";
import type { FunctionSetup } from "../../remote/inspection.js";
import { ask, outcomeError } from "../ask.js";
import type { ResultError } from "../results.js";
import type { StageContext } from "../stage-context.js";

/** What the function itself said. */
export type Asked =
  | { kind: "report"; report: Report }
  /** It answered, or failed, and that is no report. */
  | { kind: "failed"; error: ResultError }
  | { kind: "unanswered"; why: Unread }
  | { kind: "late"; seconds: number }
  /** Nothing was sent, and why. */
  | { kind: "unsent"; why: string; fix?: string };

/** What speaks against asking; undefined: it may be asked. Nothing is ever sent just to see what it does. */
export function reasonNotToAsk(
  { codec }: Pick<StageContext, "codec">,
  autoMigrate: boolean | undefined,
  readiness?: Pick<FunctionSetup, "state" | "updateStatus">,
): Extract<Asked, { kind: "unsent" }> | undefined {
  const unsent = (why: string, fix?: string) =>
    ({ kind: "unsent", why, ...(fix === undefined ? {} : { fix }) }) as const;
  const noRead = codec.unsupported.status;
  if (noRead !== undefined)
    return unsent(
      `Nothing was sent: contract ${codec.contract} has no read, and any event may migrate.`,
      noRead,
    );
  if (autoMigrate === undefined)
    return unsent(
      "Nothing was sent: whether AUTO_MIGRATE is on is not known, and with it any event may migrate.",
    );
  if (autoMigrate) return unsent("Nothing was sent: with AUTO_MIGRATE on any event may migrate.");
  if (readiness === undefined) return undefined;
  if (readiness.state !== "Active") return unsent(`Nothing was sent: the function is ${readiness.state}.`);
  return readiness.updateStatus === "InProgress"
    ? unsent("Nothing was sent: the function is being updated.")
    : undefined;
}

/** A handler that reaches its database answers well within this, and one that does not says so. Seconds. */
const patienceSeconds = 20;

/** Asks for the status, which reads and nothing else. */
export async function askStatus(context: StageContext): Promise<Asked> {
  const deadline = AbortSignal.timeout(patienceSeconds * 1000);
  const signal = AbortSignal.any([context.signal, deadline]);
  const answer = await reading("lambda:InvokeFunction", () =>
    ask({ ...context, signal }, { kind: "status" }, patienceSeconds * 1000),
  );
  return deadline.aborted && !answer.known
    ? { kind: "late", seconds: patienceSeconds }
    : understood(context, answer);
}

function understood(
  { codec, target }: StageContext,
  answer: Reading<Awaited<ReturnType<typeof ask>>>,
): Asked {
  if (!answer.known) return { kind: "unanswered", why: answer };
  const { outcome } = answer.value;
  return outcome.kind === "report"
    ? { kind: "report", report: outcome.report }
    : { kind: "failed", error: outcomeError(outcome, codec, target.stage) };
}
