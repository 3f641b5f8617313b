import { runCli } from "../support/run-cli.js";
import type { GuardedCase } from "./guarded-cases.js";
import { said, sameSet, untruths } from "./judge.js";
import { guardFailures } from "./judge-guarded.js";
import { lasts } from "./plan.js";
import { startFaultProxy } from "./proxy.js";
import { type CaseGround, revisions, type Stand } from "./stand.js";
import { executionsOf, laterOf, type Tried } from "./try-case.js";
import { callWitness, type Witness } from "./witness.js";

/** One run on a guarded stage with its faults; then what it said against what stands; where it did not apply, one more run that ends well. */
export async function tryGuarded(stand: Stand, one: GuardedCase): Promise<Tried> {
  const began = Date.now();
  const { name, plan, strict } = one;
  const ground = await stand.openCase(one.ground);
  const witness = callWitness({ ...ground, ...ground.database });
  const proxy = await startFaultProxy(ground.endpoint, plan, witness.watch);
  try {
    const direct = await ground.pointAt(ground.endpoint);
    const options = { cwd: stand.cwd, env: direct.env };
    if (one.ground === "reusing") await runCli(["snapshot", "--config", direct.config], options);
    const through = await ground.pointAt(proxy.url);
    // What never comes shall soon be given up; what comes late shall not.
    const timeout = plan.some(lasts) ? "4s" : "5m";
    const reuse = one.ground === "reusing" ? ["--reuse-snapshot", "1h"] : [];
    const end = await runCli(
      ["run", "--json", "--confirm", "--snapshot-timeout", timeout, ...reuse, "--config", through.config],
      options,
    );
    const told = said(end);
    const executions = await executionsOf(ground);
    // What comes late is a request of before: RDS may have begun what nobody waits for any more.
    await proxy.quiet();
    const after = {
      ...{ exitCode: end.exitCode, said: told, executions },
      runs: proxy.delivered.get("run 1") ?? 0,
      snapshots: await witness.snapshots(),
      recorded: await recordedSnapshot(ground, told.runId),
    };
    const wrong = [...untruths(end.exitCode, told, executions), ...guardFailures(one, after)];
    for (const planned of plan) {
      if (strict && !proxy.met.has(planned)) wrong.push(`no ${planned.call} met ${planned.fault}`);
    }
    wrong.push(...(await laterOf(ground, executions)));
    if (told.outcome !== "applied") wrong.push(...(await secondRun(ground, witness, options)));
    wrong.push(...witness.lawless);
    const outcome = `${told.outcome ?? told.error?.code} exit ${end.exitCode}`;
    return { name, wrong, outcome, ms: Date.now() - began };
  } finally {
    await proxy.close();
    witness.close();
    await ground.close();
  }
}

/** Without a fault, with the snapshot that the first run left or one of its own: then all stands, once. */
export async function secondRun(
  ground: CaseGround,
  witness: Witness,
  options: { cwd: string; env: Record<string, string> },
): Promise<string[]> {
  const wrong: string[] = [];
  const { config } = await ground.pointAt(ground.endpoint);
  const left = await witness.snapshots();
  const reuse = left.length === 0 ? [] : ["--reuse-snapshot", "1h"];
  const again = await runCli(["run", "--json", "--confirm", ...reuse, "--config", config], options);
  if (again.exitCode !== 0)
    wrong.push(`the next run ends with ${again.exitCode}: ${JSON.stringify(said(again).error)}`);
  if (!sameSet(await executionsOf(ground), revisions)) wrong.push("after the next run not each stands once");
  const [behind, ...others] = await witness.snapshots();
  if (behind?.status !== "available" || others.length > 0)
    wrong.push(`after the next run there are these snapshots: ${JSON.stringify([behind, ...others])}`);
  return wrong;
}

async function recordedSnapshot(ground: CaseGround, runId: string | undefined): Promise<string | undefined> {
  const [table] = await ground.query("SELECT to_regclass('migrate_remote.runs') AS name");
  if (table?.name === null || runId === undefined) return undefined;
  const [row] = await ground.query(`SELECT snapshot_id FROM migrate_remote.runs WHERE run_id = '${runId}'`);
  return row?.snapshot_id === null ? undefined : String(row?.snapshot_id);
}
