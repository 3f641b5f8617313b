import { groupEnd, groupStart } from "./github.js";
import { sectionEnd, sectionStart } from "./gitlab.js";

/** Long stretches of a job's log, folded below a title until somebody opens them. */
export interface Folds {
  start: (title: string) => void;
  end: () => void;
}

interface FoldsOptions {
  kind: "github" | "gitlab" | "other";
  /** Writes a line that the server obeys. */
  command: (line: string) => void;
  /** Milliseconds. */
  now: () => number;
}

/** Undefined where the server folds nothing. One fold is open at a time. */
export function makeFolds({ kind, command, now }: FoldsOptions): Folds | undefined {
  if (kind === "github") {
    return { start: (title) => command(groupStart(title)), end: () => command(groupEnd) };
  }
  if (kind !== "gitlab") return undefined;
  const seconds = () => Math.floor(now() / 1000);
  // A job may run several commands, and each of their sections has a name of its own.
  const prefix = `migrate_remote_${now()}`;
  let count = 0;
  return {
    start: (title) => {
      count += 1;
      command(sectionStart(`${prefix}_${count}`, title, seconds()));
    },
    end: () => command(sectionEnd(`${prefix}_${count}`, seconds())),
  };
}
