import type { Services } from "../keeper/household.js";

/** What goes back over HTTP. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** An operation takes its parameters as sent (it parses them) and returns what the protocol writes. */
export type Operation = (parameters: unknown, services: Services) => unknown;
