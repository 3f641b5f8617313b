import type { LogEvent } from "../../remote/far-side.js";

export interface Batches {
  /** Resolves when there is room for more, at once where there is. */
  add: (event: LogEvent, told: { late: boolean }) => void | Promise<void>;
  /** Everything that was added has been taken. */
  flushed: () => Promise<void>;
}

const largest = 1_000;

/** Gathers what comes in one go, so that lines that belong together are seen together; nothing waits longer than that. */
export function inBatches(take: (events: LogEvent[], late: boolean) => Promise<void>): Batches {
  let waiting: LogEvent[] = [];
  let isLate = false;
  let taking = Promise.resolve();

  function flush(): Promise<void> {
    const [events, late] = [waiting, isLate];
    if (events.length > 0) {
      waiting = [];
      taking = taking.then(() => take(events, late));
      // Whoever adds or waits for the end is told.
      taking.catch(() => {});
    }
    return taking;
  }

  return {
    add: (event, { late }) => {
      if (late !== isLate) flush();
      isLate = late;
      waiting.push(event);
      if (waiting.length === 1) setImmediate(flush);
      return waiting.length < largest ? undefined : flush();
    },
    flushed: flush,
  };
}
