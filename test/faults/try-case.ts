import { runCli } from "../support/run-cli.js";
import type { FaultCase } from "./cases.js";
import { type Executions, said, sameSet, twice, untruths } from "./judge.js";
import { startFaultProxy } from "./proxy.js";
import { type CaseGround, revisions, type Stand } from "./stand.js";

export interface Tried {
  name: string;
  /** What is not as it has to be. */
  wrong: string[];
  /** What the command said. */
  outcome: string;
  ms: number;
}

/** One run with its faults; then what it said against what stands, then and after all that was late has come, and one more run. */
export async function tryCase(stand: Stand, { name, ground: kind, plan, strict }: FaultCase): Promise<Tried> {
  const began = Date.now();
  const ground = await stand.openCase(kind);
  const proxy = await startFaultProxy(ground.endpoint, plan);
  try {
    const through = await ground.pointAt(proxy.url);
    const command = { cwd: stand.cwd, env: through.env };
    const end = await runCli(["run", "--json", "--config", through.config], command);
    const told = said(end);
    const executions = await executionsOf(ground);
    const wrong = untruths(end.exitCode, told, executions);
    if (plan.length === 0 && told.outcome !== "applied") wrong.push("without a fault it did not succeed");
    if (kind === "parts" && told.outcome === "applied" && (told.parts ?? 0) < 3)
      wrong.push(`it took ${told.parts} parts, not 3`);
    for (const planned of plan) {
      if (strict && !proxy.met.has(planned)) wrong.push(`no ${planned.call} met ${planned.fault}`);
    }
    await proxy.quiet();
    wrong.push(...(await laterOf(ground, executions)));
    const direct = await ground.pointAt(ground.endpoint);
    const again = await runCli(["run", "--json", "--config", direct.config], command);
    if (again.exitCode !== 0)
      wrong.push(`the next run ends with ${again.exitCode}: ${JSON.stringify(said(again).error)}`);
    if (!sameSet(await executionsOf(ground), revisions))
      wrong.push("after the next run not each stands once");
    const outcome = `${told.outcome ?? told.error?.code} exit ${end.exitCode}`;
    return { name, wrong, outcome, ms: Date.now() - began };
  } finally {
    await proxy.close();
    await ground.close();
  }
}

/** A verdict is an end: nothing is executed after it. */
export async function laterOf(ground: CaseGround, before: Executions): Promise<string[]> {
  const after = await executionsOf(ground);
  if (sameSet(before, after)) return twice(after);
  return [`after the verdict ${after.filter((revision) => !before.includes(revision)).join()} was executed`];
}

export async function executionsOf(ground: CaseGround): Promise<Executions> {
  const [table] = await ground.query("SELECT to_regclass('public.executions') AS name");
  if (table?.name === null) return [];
  return (await ground.query("SELECT revision FROM public.executions")).map(({ revision }) =>
    String(revision),
  );
}
