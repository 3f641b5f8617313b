import { type Lock, verifyLock } from "../../lock.js";
import type { Session } from "../../session.js";
import { refusePassedOver } from "../shared/leftovers.js";
import { useSchema } from "./engine.js";
import type { Script } from "./script.js";

/** How far a script came. */
export interface Progress {
  /** Something of it was sent. */
  begun: boolean;
  /** Statements that were executed. */
  completed: number;
}

/**
 * Sends a migration whole, and leaves the session as it was before, so that the engine finds its table again. A script of kind `together` leaves
 * its transaction open: history is to be written in it. After a failure no transaction is left open.
 */
export async function executeScript(
  session: Session,
  { kind, statements }: Script,
  text: string,
  progress: Progress,
  { lock, schema, revision }: { lock: Lock; schema: string; revision: string },
): Promise<void> {
  try {
    if (kind === "together") await session.execute("BEGIN");
    await verifyLock(session, lock);
    progress.begun = true;
    if (statements.length > 0) await session.execute(text, progress);
    const expected = kind === "together" ? "T" : "I";
    if (session.transactionStatus() !== expected) throw new LeftOpen();
    if (kind === "alone" && statements[0] !== undefined)
      await refusePassedOver(session, revision, statements[0].text);
    // What is deferred to the end shall fail here, where it is known to be the script's.
    if (kind === "together") await session.execute("SET CONSTRAINTS ALL IMMEDIATE");
    await session.execute("RESET SESSION AUTHORIZATION; RESET ROLE");
    await useSchema(session, schema);
  } catch (error) {
    if (session.transactionStatus() !== "I") await session.execute("ROLLBACK").catch(() => {});
    throw error;
  }
}

/** The script began a transaction and did not end it, or ended ours. */
export class LeftOpen extends Error {
  override readonly name = "LeftOpen";
}
