import type { Call } from "./call.js";
import { startCommand, untilGone } from "./kill-cases.js";
import { startFaultProxy } from "./proxy.js";
import type { Stand } from "./stand.js";
import { executionsOf, type Tried } from "./try-case.js";
import { secondRun } from "./try-guarded.js";
import { callWitness } from "./witness.js";

export interface GuardedKill {
  name: string;
  /** The command is killed as this call comes. */
  at: Call;
  nth: number;
}

/** All that a run on a guarded stage asks between its plan and its first statement. */
const moments: [Call, number][] = [
  ["describe-database", 1],
  ["list-snapshots", 1],
  ["create-snapshot", 1],
  ["describe-snapshot", 1],
  ["describe-snapshot", 2],
  ["tag-snapshot", 1],
  ["configuration", 2],
];

export function guardedKills(): GuardedKill[] {
  return moments.map(([at, nth]) => ({ at, nth, name: `guarded SIGKILL of command at ${at}#${nth}` }));
}

/** Nothing was asked to migrate; what snapshot there is, the next run makes do with. */
export async function tryGuardedKill(stand: Stand, { name, at, nth }: GuardedKill): Promise<Tried> {
  const began = Date.now();
  const ground = await stand.openCase("guarded");
  const witness = callWitness({ ...ground, ...ground.database });
  let command: ReturnType<typeof startCommand> | undefined;
  const proxy = await startFaultProxy(ground.endpoint, [], async (call, time, body) => {
    await witness.watch(call, time, body);
    if (call === at && time === nth) command?.kill("SIGKILL");
  });
  try {
    const through = await ground.pointAt(proxy.url);
    command = startCommand(["run", "--json", "--confirm"], through, stand.cwd);
    await untilGone(command);
    await proxy.quiet();
    const wrong = [...witness.lawless];
    const runs = proxy.seen.get("run 1") ?? 0;
    if (runs > 0) wrong.push(`${runs} requests to run were sent`);
    const executions = await executionsOf(ground);
    if (executions.length > 0) wrong.push(`${executions.join()} was executed`);
    const left = await witness.snapshots();
    wrong.push(...(await secondRun(ground, witness, { cwd: stand.cwd, env: through.env })));
    return { name, wrong, outcome: `${left.length} snapshot(s) left`, ms: Date.now() - began };
  } finally {
    await proxy.close();
    witness.close();
    await ground.close();
  }
}
