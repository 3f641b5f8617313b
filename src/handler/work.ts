import type { Clock } from "./clock.js";
import type { Engine } from "./engines/engine.js";
import type { Source } from "./engines/parts.js";
import type { Log } from "./log.js";
import type { Session } from "./session.js";
import type { SessionSettings } from "./session-settings.js";

/** `record` may write, but has a read's limits: it is for our own tables. */
export type Purpose = "read" | "record" | "migrate";

/** What an operation works with during one invocation. */
export interface Work {
  engine: Engine;
  source: Source;
  session: Session;
  clock: Clock;
  log: Log;
  runId: string;
  /** The run id came with the event, so the same event may come again. */
  isIdentified: boolean;
  /** How long a paused run keeps others out. Milliseconds. */
  lease: number;
  /** The session's settings as of now: what is left of the time limits them. */
  settings(purpose: Purpose): SessionSettings;
  /** One more connection with the same settings, perhaps to another database of the server. Whoever opens it closes it. */
  open(how?: { database?: string; purpose?: Purpose }): Promise<Session>;
}
