import { redact } from "../contract/redact.js";
import { toWire } from "../contract/wire.js";

export type LogLevel = "info" | "warn" | "error";

/** Writes one line: an event's name for programs, a message for people, fields for both. */
export type Log = (level: LogLevel, event: string, message: string, fields?: Record<string, unknown>) => void;

export interface LogIdentity {
  runId?: string;
  requestId?: string;
}

export function createLog(sink: (line: string) => void, identity: LogIdentity): Log {
  return (level, event, message, fields = {}) => {
    const line = { level, message: redact(message).slice(0, 10_000), ...identity, event, ...fields };
    sink(JSON.stringify(toWire(line)));
  };
}

/** Straight to the stream: Lambda's `console` puts a prefix before each line, and then it is no JSON object any more. */
export function standardOutput(line: string): void {
  process.stdout.write(`${line}\n`);
}
