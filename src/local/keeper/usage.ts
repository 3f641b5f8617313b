/** Counts who needs the keeper: commands that have joined and invocations that run. With the last one gone it stops. */
export interface Usage {
  /** @returns the function that gives it up; undefined when the keeper is stopping already. */
  hold(): (() => void) | undefined;
  isOver(): boolean;
  /** Nobody is let in any more, whoever is still there. */
  end(): void;
}

export function createUsage(onUnused: () => void): Usage {
  let holders = 0;
  let over = false;
  return {
    isOver: () => over,
    end() {
      if (over) return;
      over = true;
      onUnused();
    },
    hold() {
      if (over) return undefined;
      holders += 1;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        holders -= 1;
        if (holders > 0 || over) return;
        over = true;
        onUnused();
      };
    },
  };
}
