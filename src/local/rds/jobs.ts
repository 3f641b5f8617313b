import type { Usage } from "../keeper/usage.js";

/** What goes on after its call was answered. The keeper stays for it. */
export interface Jobs {
  /** @param name one job of a name at a time; a second one is not begun */
  begin(name: string, work: () => Promise<void>): void;
  isRunning(name: string): boolean;
}

export function createJobs(usage: Usage, onError: (name: string, error: unknown) => void): Jobs {
  const running = new Set<string>();
  return {
    isRunning: (name) => running.has(name),
    begin(name, work) {
      if (running.has(name)) return;
      const release = usage.hold();
      if (!release) throw new Error("migrate-remote local is stopping; run the command again");
      running.add(name);
      work()
        .catch((error: unknown) => onError(name, error))
        .finally(() => {
          running.delete(name);
          release();
        });
    },
  };
}
