import { execFile, spawnSync } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { holdOpen, makeProject } from "../support/project.js";

const run = promisify(execFile);
const hasPsql = spawnSync("sh", ["-c", "command -v psql"]).status === 0;

/** What was printed, as a shell in the folder of .migraterc.json runs it. Without psql its SQL and its file are used as psql would. */
async function type(cwd: string, command: string, sql: string[]): Promise<string> {
  const shell = (line: string) => run("sh", ["-c", line], { cwd });
  if (hasPsql) return (await shell(sql.length === 0 ? `${command} -Atc 'TABLE kept'` : command)).stdout;
  const values = (await readFile(join(cwd, ".migrate-remote/pg_service.conf"), "utf8")).matchAll(
    /^(\w+)=(.*)$/gm,
  );
  const database = /dbname=(\w+)/.exec(command)?.[1];
  const client = new pg.Client({
    ...Object.fromEntries([...values].map(([, key, value]) => [key, value])),
    database,
  });
  await client.connect();
  try {
    if (sql.length > 0) await client.query(["BEGIN", ...sql, "COMMIT"].join(";"));
    return sql.length > 0 ? "" : (await client.query("TABLE kept")).rows.map(({ n }) => n).join("\n");
  } finally {
    await client.end();
  }
}

test("the steps of a local restore can be followed as they are printed, after the command has returned", async () => {
  const project = await makeProject({ migrations: { "001_kept.sql": "CREATE TABLE kept (n int);" } });
  onTestFinished(() => project.dispose());
  const { cwd, cli, query } = project;
  expect((await cli(["run", "--confirm"])).exitCode).toBe(0);
  await query("INSERT INTO kept VALUES (42)");
  const made = await cli(["snapshot", "--json"]);
  await query("UPDATE kept SET n = 43");
  const restored = await cli(["snapshot", "restore", made.json().snapshot.id, "--as", "shop-back", "--json"]);
  expect(restored.exitCode, restored.stderr).toBe(0);
  const { steps, database } = restored.json();
  const commands: string[] = steps.flatMap(({ command }: { command?: string }) => command ?? []);
  expect(commands).toHaveLength(4);
  const [hold, look = "", swap = "", status] = commands;
  expect(hold).toBe("migrate-remote logs --follow --stage local");
  expect(status).toBe("migrate-remote status --stage local");
  const secret = /^password=(.+)$/m.exec(
    await readFile(join(cwd, ".migrate-remote/pg_service.conf"), "utf8"),
  )?.[1];
  expect(secret).toMatch(/^\w{20,}$/);
  expect(restored.stdout + restored.stderr).not.toContain(secret);
  expect((await stat(join(cwd, ".migrate-remote/pg_service.conf"))).mode & 0o077).toBe(0);

  // All is closed, and what `logs --follow` does comes then: the address that was printed is true again.
  await project.release();
  const held = await holdOpen(cwd, "local");
  onTestFinished(() => held.close());
  expect(Number(new URL(held.databaseUrl).port)).toBe(database.endpoints[0].port);
  expect((await type(cwd, look, [])).trim()).toBe("42");
  const sql = [...swap.matchAll(/ALTER DATABASE "[^"]+" RENAME TO "[^"]+"/g)].map(([statement]) => statement);
  expect(sql).toEqual([
    'ALTER DATABASE "shop_local" RENAME TO "shop_local_old"',
    'ALTER DATABASE "shop_back" RENAME TO "shop_local"',
  ]);
  await type(cwd, swap, sql);
  await held.close();
  for (let starts = 0; starts < 3; starts += 1) {
    expect((await cli(["status", "--json"])).json()).toMatchObject({ state: "up_to_date" });
  }
  const last = await holdOpen(cwd, "local");
  onTestFinished(() => last.close());
  expect(await query("TABLE kept")).toEqual([{ n: 42 }]);
});
