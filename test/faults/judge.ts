import type { CliEnd } from "../support/run-cli.js";
import { revisions } from "./stand.js";

/** What a command said at its end, as far as the judge reads it. */
export interface Said {
  outcome?: string;
  applied?: string[];
  parts?: number;
  runId?: string;
  wayBack?: { snapshotId?: string };
  error?: { code: string; message: string; hint?: string };
}

/** What the database said: a revision for each execution that stands. */
export type Executions = string[];

/** What is wrong with a run's end; empty where it is true. */
export function untruths(exitCode: number, said: Said, executions: Executions): string[] {
  const wrong = twice(executions);
  const note = (condition: boolean, what: string) => {
    if (condition) wrong.push(what);
  };
  note(exitCode === 7, "exit 7, but the database could be asked");
  note(
    said.outcome === "applied" && !sameSet(executions, revisions),
    `said applied, but ${told(executions)} stands`,
  );
  note((said.outcome === "applied") !== (exitCode === 0), `outcome ${said.outcome} with exit ${exitCode}`);
  note(
    said.outcome !== "applied" && !sameSet(said.applied ?? [], executions),
    `said ${said.outcome ?? said.error?.code} with ${told(said.applied ?? [])}, but ${told(executions)} stands`,
  );
  return wrong;
}

export function twice(executions: Executions): string[] {
  const again = executions.filter((revision, index) => executions.indexOf(revision) !== index);
  return again.map((revision) => `${revision} was executed more than once`);
}

export function sameSet(some: string[], others: string[]): boolean {
  return some.toSorted().join() === others.toSorted().join();
}

export function said(end: CliEnd): Said {
  try {
    return end.json() as Said;
  } catch {
    return { error: { code: "no_json", message: end.stdout.slice(0, 200) } };
  }
}

function told(list: string[]): string {
  return list.length === 0 ? "nothing" : list.join(", ");
}
