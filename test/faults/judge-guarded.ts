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
export function guardFailures({ expected, plan }: GuardedCase, after: Aftermath): string[] {
  const { said, snapshots } = after;
  const wrong = said.outcome === "applied" ? unsafe(after) : unsaid(after);
  if (said.outcome !== "applied" && !plan.some(({ call }) => call.startsWith("run ")))
    wrong.push(...begun(after));
  if (expected === "applied" && said.outcome !== "applied") wrong.push("it was not got over");
  if (expected === "stopped" && said.outcome === "applied") wrong.push("it was applied nevertheless");
  if (snapshots.length > 1) wrong.push(`${snapshots.length} snapshots were made`);
  return wrong;
}

function unsafe({ snapshots, recorded }: Aftermath): string[] {
  const behind = snapshots.find(({ id }) => id === recorded);
  if (recorded === undefined) return ["the ledger names no snapshot"];
  return behind?.status === "available" ? [] : [`the ledger's snapshot ${recorded} is ${behind?.status}`];
}

function begun({ exitCode, executions, runs }: Aftermath): string[] {
  return [
    ...(runs === 0 ? [] : [`${runs} requests to run were sent`]),
    ...(executions.length === 0 ? [] : [`${executions.join()} was executed`]),
    ...(exitCode === 1 ? [] : [`exit ${exitCode}, not 1`]),
  ];
}

/** The message says what exists now, no less and no more. */
function unsaid({ said, snapshots }: Aftermath): string[] {
  const text = `${said.error?.message}\n${said.error?.hint}`;
  const wrong = snapshots
    .filter(({ id }) => !text.includes(id))
    .map(({ id, status }) => `snapshot ${id} is ${status}, and the message does not name it`);
  for (const id of new Set(text.match(/\bmigrate-remote-far-[a-z0-9-]*[a-z0-9]/g))) {
    if (!snapshots.some((one) => one.id === id) && !/not known|None was made|is not there/.test(text))
      wrong.push(`the message names ${id}, which does not exist`);
  }
  if (!/no migration was executed|nothing was (changed|executed)/i.test(text))
    wrong.push("the message does not say that nothing was executed");
  return wrong.map((what) => `${what}: ${JSON.stringify(text)}`);
}
