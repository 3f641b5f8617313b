import { passed } from "./text.js";

/** Pipelines take a job for dead that is silent for long, and so do people. */
const stillMs = 60_000;

export interface Pulse {
  /** This is waited for now. False where the same was told before, and is still what is waited for. */
  begin: (message: string, clock?: () => string) => boolean;
  /** Something was printed: silence begins anew. */
  beat: () => void;
  end: () => void;
}

/** Says now and then what is waited for and for how long, where otherwise nothing would be printed. */
export function makePulse(print: (line: string) => void, now: () => number): Pulse {
  let current: { message: string; clock: () => string } | undefined;
  let began = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  function beat(): void {
    clearTimeout(timer);
    if (current === undefined) return;
    const { message, clock } = current;
    timer = setTimeout(() => print(`${message} ${clock()}`), stillMs);
    // Whoever only waits does not keep the process alive.
    timer.unref();
  }

  return {
    begin: (message, clock) => {
      const isNew = !began.has(message);
      const since = began.get(message) ?? now();
      began.set(message, since);
      const isSilent = current === undefined;
      current = { message, clock: clock ?? (() => `${passed(now() - since)} so far`) };
      if (isSilent || clock !== undefined) beat();
      return isNew;
    },
    beat,
    end: () => {
      clearTimeout(timer);
      current = undefined;
      began = new Map();
    },
  };
}
