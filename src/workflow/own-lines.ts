import type { LogLine } from "./events.js";

export interface OwnLines {
  /** The lines that are now known to be ours: this one, or those held back before it. */
  take: (line: LogLine) => LogLine[];
  /** Every invocation of ours that was seen has ended. */
  ended: () => boolean;
  /** The newest invocation of ours. */
  newest: () => { stream?: string; requestId?: string };
}

const mostHeld = 1_000;

/** Asking the ledger about a run carries its id too, and is no part of it. */
function isWorkOf(line: LogLine, runId: string): boolean {
  const operation = line.fields?.operation;
  return (
    line.runId === runId && (operation === undefined || operation === "run" || operation === "fix-history")
  );
}

/**
 * Picks one run's lines out of a log group in which other invocations write as well. Our handlers put the run id on their first line, which
 * gives the request id; what that invocation wrote before is held back until then. Other functions have nothing but Lambda's START
 * line: the first invocation to start after the invoke is taken for ours.
 */
export function ownLines(runId: string, tracksRuns: boolean): OwnLines {
  /** Which invocation a stream is busy with: plain lines carry no request id. */
  const current = new Map<string, string>();
  const held = new Map<string, LogLine[]>();
  const own = new Map<string, { stream: string; ended: boolean }>();

  function take(line: LogLine): LogLine[] {
    const requestId = line.requestId ?? current.get(line.stream);
    if (requestId === undefined) return [];
    if (line.platform === "start") current.set(line.stream, requestId);
    const isSign = tracksRuns ? isWorkOf(line, runId) : line.platform === "start" && own.size === 0;
    if (isSign && !own.has(requestId)) own.set(requestId, { stream: line.stream, ended: false });
    const invocation = own.get(requestId);
    const before = held.get(requestId) ?? [];
    if (line.platform === "report") {
      held.delete(requestId);
      if (invocation !== undefined) invocation.ended = true;
    }
    if (invocation === undefined) {
      if (line.platform !== "report" && before.length < mostHeld) held.set(requestId, [...before, line]);
      return [];
    }
    held.delete(requestId);
    return [...before, line];
  }

  return {
    take,
    ended: () => own.size > 0 && [...own.values()].every(({ ended }) => ended),
    newest: () => {
      const last = [...own].at(-1);
      return last === undefined ? {} : { requestId: last[0], stream: last[1].stream };
    },
  };
}
