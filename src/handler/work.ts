import type { Clock } from "./clock.js";
import type { Engine } from "./engines/engine.js";
import type { Source } from "./engines/parts.js";
import type { Log } from "./log.js";
import type { Session } from "./session.js";
import type { SessionSettings } from "./session-settings.js";

/** What an operation works with during one invocation. */
export interface Work {
  engine: Engine;
  source: Source;
  session: Session;
  clock: Clock;
  log: Log;
  runId: string;
  /** The session's settings as of now: what is left of the time limits them. */
  settings(purpose: "read" | "migrate"): SessionSettings;
  /** One more connection with the same settings, perhaps to another database of the server. Whoever opens it closes it. */
  open(how?: { database?: string; purpose?: "read" | "migrate" }): Promise<Session>;
}
