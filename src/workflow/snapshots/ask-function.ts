import { Failure } from "../../contract/failure.js";
import type { Report } from "../../contract/report.js";
import { statusReport } from "../execute-and-judge.js";
import { asking, checkAutoMigrate, functionFacts, type StageContext } from "../stage-context.js";

export interface Asked {
  report?: Report;
  /** Why there is none, where one was to be expected. */
  silent?: { message: string; hint?: string | undefined };
}

/**
 * What the database is at, and which database that is, as the function says it. Only our own handler is asked, or a function that does nothing
 * but read: to any other no event is surely a read. A function that cannot answer keeps nobody from a snapshot.
 */
export async function askFunction(context: StageContext): Promise<Asked> {
  const { codec, emit, signal } = context;
  if (!codec.tracksRuns && codec.verification !== "query") return {};
  try {
    const facts = await functionFacts(context);
    checkAutoMigrate(context, facts);
    const { functionName } = codec.encode({ kind: "status" });
    emit({ type: "waiting", message: asking(context, "what the database is at", facts, functionName) });
    const report = await statusReport(context, facts);
    if (report !== undefined) return { report };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
    const { message, hint } = error;
    return { silent: { message, hint } };
  }
  return { silent: { message: "The function does not say what its database is, nor what it is at." } };
}
