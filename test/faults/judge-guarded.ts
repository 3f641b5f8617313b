import type { GuardedCase } from "./guarded-cases.js";
import type { Executions, Said } from "./judge.js";
import type { MadeSnapshot } from "./witness.js";

/** What there is after a run on a guarded stage, seen from outside. */
export interface Aftermath {
  exitCode: number;
  said: Said;
  executions: Executions;
  /** How many requests to run were handed on. */
  runs: number;
  snapshots: MadeSnapshot[];
  /** What the ledger notes for the run. */
  recorded: string | undefined;
}

/** What is wrong with the end of a run that had to be safeguarded; empty where all is as it was said. */
export function guardFailures({ expected }: GuardedCase, after: Aftermath): string[] {
  const { said, snapshots } = after;
  const wrong = said.outcome === undefined ? stopped(after) : unsafe(after);
  if (expected === "applied" && said.outcome !== "applied") wrong.push("it was not got over");
  if (expected === "stopped" && said.outcome !== undefined) wrong.push("it went on nevertheless");
  if (snapshots.length > 1) wrong.push(`${snapshots.length} snapshots were made`);
  return wrong;
}

/** A run that was sent: it names its snapshot, the ledger too where it was begun, and the snapshot is there. */
function unsafe({ snapshots, recorded, said: { outcome, wayBack } }: Aftermath): string[] {
  const id = wayBack?.snapshotId;
  const behind = snapshots.find((one) => one.id === id);
  return [
    ...(behind?.status === "available" ? [] : [`the snapshot that it names, ${id}, is ${behind?.status}`]),
    ...(recorded === id || outcome === "not_started" ? [] : [`the ledger names the snapshot ${recorded}`]),
  ];
}

/** A run that was never sent: the message says what exists now, no less and no more. */
function stopped({ exitCode, executions, runs, said, snapshots }: Aftermath): string[] {
  const text = `${said.error?.message}\n${said.error?.hint}`;
  const invented = [...new Set(text.match(/\bmigrate-remote-case-[a-z0-9-]*[a-z0-9]/g))].filter(
    (named) => !snapshots.some(({ id }) => id === named),
  );
  const note = (condition: boolean, what: string) => (condition ? [`${what}: ${JSON.stringify(text)}`] : []);
  return [
    ...note(runs > 0, `${runs} requests to run were sent`),
    ...note(executions.length > 0, `${executions.join()} was executed`),
    ...note(exitCode !== 1, `exit ${exitCode}, not 1`),
    ...snapshots.flatMap(({ id, status }) =>
      note(!text.includes(id), `snapshot ${id} is ${status}, and the message does not name it`),
    ),
    ...note(
      invented.length > 0 && !/not known|is not there/.test(text),
      `the message names ${invented.join()}, which does not exist`,
    ),
    ...note(
      !/no migration was executed|nothing was (changed|executed)/i.test(text),
      "the message does not say that nothing was executed",
    ),
  ];
}
