import type { LogLine } from "../events.js";
import { attributeLines } from "./attribute.js";

/** Whose lines are picked. */
export type Owner =
  /**
   * A run. Our handlers name it in their lines; of other functions the first invocation that starts after the invoke is taken for it, unless
   * its request id is known to be another's (`strangers`, which may grow).
   */
  | { runId: string; tracksRuns: boolean; strangers?: ReadonlySet<string> }
  /** Invocations that are known by name. */
  | { requestIds: ReadonlySet<string> };

export interface OwnLines {
  /** The lines that are now known to be ours: this one, or those held back before it. */
  take: (line: LogLine) => LogLine[];
  /** The answer told which invocation it was; gives what was held back of that one. */
  settle: (requestId: string) => LogLine[];
  /** Every invocation of ours that was seen has ended, and none is to follow. */
  ended: () => boolean;
  /** Several invocations may be ours, and nothing has told yet which one is. */
  ambiguous: () => boolean;
  /** The newest invocation of ours. */
  newest: () => { stream?: string; requestId?: string };
}

interface Invocation {
  stream: string;
  ended: boolean;
  /** It stopped between two migrations; another part is to follow. */
  paused: boolean;
}

const mostHeld = 1_000;
const mostStrangers = 100;

/** What our handlers call an invocation that works on a run; asking the ledger about it carries the run's id too, and is no part of it. */
const work = new Set<unknown>(["run", "fix-history"]);

/**
 * Picks one run's lines out of a log group in which other invocations write as well. What an invocation wrote before it was known whose it
 * is is held back until then.
 */
export function ownLines(owner: Owner): OwnLines {
  const attribute = attributeLines();
  const held = new Map<string, LogLine[]>();
  /** Lines from before an invocation, by stream: what the code wrote while it was loaded belongs to the one that it was loaded for. */
  const loading = new Map<string, LogLine[]>();
  const own = new Map<string, Invocation>();
  const started = new Set<string>();
  /** Invocations that only ask about the run. */
  const asking = new Set<string>();
  let settled = false;

  function isSign(line: LogLine, requestId: string): boolean {
    if ("requestIds" in owner) return owner.requestIds.has(requestId);
    if (!owner.tracksRuns)
      return line.platform === "start" && own.size === 0 && !settled && !isStranger(requestId);
    const operation = line.fields?.operation;
    if (operation !== undefined && !work.has(operation)) asking.add(requestId);
    return line.runId === owner.runId && !asking.has(requestId);
  }

  function isStranger(requestId: string): boolean {
    return "strangers" in owner && owner.strangers?.has(requestId) === true;
  }

  function hold(where: Map<string, LogLine[]>, key: string, line: LogLine): void {
    const lines = where.get(key) ?? [];
    if (lines.length < mostHeld) where.set(key, [...lines, line]);
    const [oldest] = where.keys();
    if (where.size > mostStrangers && oldest !== undefined) where.delete(oldest);
  }

  function giveLoading(requestId: string, stream: string): void {
    for (const line of loading.get(stream) ?? []) hold(held, requestId, Object.assign(line, { requestId }));
    loading.delete(stream);
  }

  function take(raw: LogLine): LogLine[] {
    const line = attribute(raw);
    const { requestId } = line;
    if (requestId === undefined) {
      hold(loading, line.stream, line);
      return [];
    }
    giveLoading(requestId, line.stream);
    if (line.platform === "start" && !isStranger(requestId)) started.add(requestId);
    if (!own.has(requestId) && isSign(line, requestId))
      own.set(requestId, { stream: line.stream, ended: false, paused: false });
    const invocation = own.get(requestId);
    if (invocation === undefined) {
      hold(held, requestId, line);
      return [];
    }
    // The answer may have named it before its first line came.
    if (invocation.stream === "") invocation.stream = line.stream;
    if (line.platform === "report") invocation.ended = true;
    if (line.fields?.event === "run_paused") invocation.paused = true;
    const before = held.get(requestId) ?? [];
    held.delete(requestId);
    return [...before, line];
  }

  function settle(requestId: string): LogLine[] {
    if (own.has(requestId)) {
      settled = true;
      return [];
    }
    // Time alone had pointed to another one.
    if (!settled && "tracksRuns" in owner && !owner.tracksRuns) own.clear();
    settled = true;
    const lines = held.get(requestId) ?? [];
    held.delete(requestId);
    const stream = lines[0]?.stream ?? "";
    own.set(requestId, {
      stream,
      ended: lines.some(({ platform }) => platform === "report"),
      paused: false,
    });
    return lines;
  }

  return {
    take,
    settle,
    ended: () => {
      const invocations = [...own.values()];
      const expected = "requestIds" in owner ? owner.requestIds.size : 1;
      return (
        invocations.length >= expected &&
        invocations.every(({ ended }) => ended) &&
        !invocations.at(-1)?.paused
      );
    },
    ambiguous: () =>
      "tracksRuns" in owner && !owner.tracksRuns && !settled && started.size > 1 && own.size > 0,
    newest: () => {
      const last = [...own].at(-1);
      if (last === undefined) return {};
      const [requestId, { stream }] = last;
      return { requestId, ...(stream === "" ? {} : { stream }) };
    },
  };
}
