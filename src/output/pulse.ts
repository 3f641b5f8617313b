import { passed } from "./text.js";

/** Pipelines take a job for dead that is silent for long, and so do people. */
const stillMs = 60_000;

export interface Pulse {
  /** This is waited for now. False where it is what was waited for already: who polls says the same again and again. */
  begin: (message: string, clock?: () => string) => boolean;
  /** Something was printed: silence begins anew. */
  beat: () => void;
  end: () => void;
}

/** Says now and then what is waited for and for how long, where otherwise nothing would be printed. */
export function makePulse(print: (line: string) => void, now: () => number): Pulse {
  let current: { message: string; clock: () => string } | undefined;
  let timer: NodeJS.Timeout | undefined;

  function beat(): void {
    clearTimeout(timer);
    if (current === undefined) return;
    timer = setTimeout(() => {
      if (current !== undefined) print(`${current.message.replace(/[.,]$/, "")}, ${current.clock()}`);
    }, stillMs);
    // Whoever only waits does not keep the process alive.
    timer.unref();
  }

  return {
    begin: (message, clock) => {
      const isNew = current?.message !== message;
      const began = now();
      if (isNew || clock !== undefined)
        current = { message, clock: clock ?? (() => `${passed(now() - began)} so far`) };
      // A clock of its own: somebody has just been asked.
      if (timer === undefined || clock !== undefined) beat();
      return isNew;
    },
    beat,
    end: () => {
      clearTimeout(timer);
      timer = undefined;
      current = undefined;
    },
  };
}
