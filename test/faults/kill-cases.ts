import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "../support/postgres.js";
import { runCli } from "../support/run-cli.js";
import type { Call } from "./call.js";
import { said, sameSet, untruths } from "./judge.js";

import { startFaultProxy } from "./proxy.js";
import { type CaseGround, openStand, revisions, type Stand } from "./stand.js";
import { executionsOf, laterOf, type Tried } from "./try-case.js";

export interface KillCase {
  name: string;
  victim: "command" | "handler" | "PostgreSQL";
  /** As this call comes, or in the middle of the second migration. */
  at: Call | "migration";
  /** Which one of them. */
  nth: number;
  parts: boolean;
}

const moments: Pick<KillCase, "at" | "nth" | "parts">[] = [
  { at: "configuration", nth: 1, parts: false },
  { at: "dry-run", nth: 1, parts: false },
  { at: "configuration", nth: 2, parts: false },
  { at: "run 1", nth: 1, parts: false },
  { at: "migration", nth: 1, parts: false },
  { at: "migration", nth: 1, parts: true },
  { at: "run 2", nth: 1, parts: true },
  { at: "run 3", nth: 1, parts: true },
];

export function killCases(): KillCase[] {
  return (["command", "handler", "PostgreSQL"] as const).flatMap((victim) =>
    moments.map((moment) => ({
      ...moment,
      victim,
      name: `${moment.parts ? "parts" : "whole"} SIGKILL of ${victim} at ${moment.at}#${moment.nth}`,
    })),
  );
}

/** Something is killed at one moment of a run; then what is said, at once or by `attach`, against what stands. */
export async function tryKill(shared: Stand, kill: KillCase): Promise<Tried> {
  const began = Date.now();
  // A cluster that is killed is nobody else's.
  const stand = kill.victim === "PostgreSQL" ? await openStand() : shared;
  const ground = await stand.openCase(kill.parts ? "parts" : "whole");
  let command: ChildProcess | undefined;
  const strike = async () => {
    if (kill.victim === "command") command?.kill("SIGKILL");
    if (kill.victim === "handler") await killHandlers(ground);
    if (kill.victim === "PostgreSQL") await killPostgres(ground);
  };
  const proxy = await startFaultProxy(ground.endpoint, [], async (call, nth) => {
    if (call === kill.at && nth === kill.nth) await strike();
  });
  const gate = kill.at === "migration" ? await closeGate(ground) : undefined;
  try {
    const through = await ground.pointAt(proxy.url);
    const options = { cwd: stand.cwd, env: through.env };
    if (kill.victim === "command") command = startCommand(["run", "--json"], through, stand.cwd);
    const running =
      command === undefined
        ? runCli(["run", "--json", "--config", through.config], options)
        : untilGone(command);
    if (gate !== undefined) {
      await gate.met();
      await strike();
      await gate.open();
    }
    const first = await running;
    const end = first ?? (await attach(through, options));
    await proxy.quiet();
    await reachable(ground, through, options);
    const executions = await executionsOf(ground);
    const told = end === undefined ? {} : said(end);
    const wrong = end === undefined ? [] : untruths(end.exitCode, told, executions);
    // Nothing was noted, so nothing was sent.
    if (end === undefined && executions.length > 0)
      wrong.push("no note of a run, but something was executed");
    wrong.push(...(await laterOf(ground, executions)));
    const again = await runCli(["run", "--json", "--config", through.config], options);
    if (again.exitCode !== 0)
      wrong.push(`the next run ends with ${again.exitCode}: ${JSON.stringify(said(again).error)}`);
    if (!sameSet(await executionsOf(ground), revisions))
      wrong.push("after the next run not each stands once");
    const outcome =
      end === undefined ? "never sent" : `${told.outcome ?? told.error?.code} exit ${end.exitCode}`;
    return { name: kill.name, wrong, outcome, ms: Date.now() - began };
  } finally {
    await gate?.open();
    await proxy.close();
    await ground.close();
    if (stand !== shared) await stand.close();
  }
}

const bin = fileURLToPath(new URL("../../bin/migrate-remote.js", import.meta.url));

interface Through {
  config: string;
  env: Record<string, string>;
}

export function startCommand(argv: string[], { config, env }: Through, cwd: string): ChildProcess {
  return spawn(process.execPath, [bin, ...argv, "--config", config], { cwd, env, stdio: "ignore" });
}

export async function untilGone(child: ChildProcess): Promise<undefined> {
  const [, signal] = await once(child, "exit");
  if (signal !== "SIGKILL") throw new Error("the command ended before it was killed");
}

/** By the note that the killed command left; undefined where it left none. */
async function attach({ config, env }: Through, options: { cwd: string; env: Record<string, string> }) {
  const notes = await readdir(join(env.XDG_STATE_HOME ?? "", "migrate-remote", "runs")).catch(() => []);
  const [runId] = notes.map((name) => name.replace(".json", ""));
  if (runId === undefined) return undefined;
  return runCli(["attach", runId, "--json", "--config", config], options);
}

async function closeGate(ground: CaseGround) {
  const client = await ground.connect();
  await client.query("SELECT pg_advisory_lock(4711)");
  return {
    met: () =>
      until("a migration at the gate", async () => {
        const { rows } = await client.query(
          "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 4711 " +
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        );
        return rows.length > 0;
      }),
    // The server may be gone.
    open: () => client.end().catch(() => {}),
  };
}

async function killHandlers({ pidFile }: CaseGround): Promise<void> {
  const pids = (await readFile(pidFile, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
  for (const pid of pids) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch (error) {
      // An earlier one is gone already.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

async function killPostgres(ground: CaseGround): Promise<void> {
  const [row] = await ground.query("SELECT current_setting('data_directory') AS folder");
  const [pid] = (await readFile(join(String(row?.folder), "postmaster.pid"), "utf8")).split("\n");
  process.kill(Number(pid), "SIGKILL");
}

/** The keeper starts PostgreSQL again for whoever asks. */
async function reachable(
  ground: CaseGround,
  { config }: Through,
  options: { cwd: string; env: Record<string, string> },
) {
  await until("PostgreSQL to be back", async () => {
    await runCli(["status", "--json", "--config", config], options);
    return ground.query("SELECT 1").catch(() => undefined);
  });
}
