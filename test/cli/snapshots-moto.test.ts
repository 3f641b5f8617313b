import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateDBClusterCommand, CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startMoto } from "../support/moto.js";
import { runCli } from "../support/run-cli.js";
import { hasTool } from "../support/tools.js";

const region = "eu-west-1";
const environment = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "hunter2hunter2" };

// The front door against an RDS that nobody here wrote. There is no function in it: a snapshot does not need one.
describe.skipIf(!hasTool("moto_server"))("snapshots against moto", () => {
  let moto: Awaited<ReturnType<typeof startMoto>>;
  let rds: RDSClient;
  let cwd: string;

  beforeAll(async () => {
    moto = await startMoto();
    const credentials = {
      accessKeyId: environment.AWS_ACCESS_KEY_ID,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
    };
    rds = new RDSClient({ endpoint: moto.endpoint, region, credentials });
    cwd = await mkdtemp(join(tmpdir(), "migrate-remote-snapshots-"));
    const stage = { endpoint: moto.endpoint, region };
    const stages = {
      prod: { ...stage, account: "123456789012", database: { instance: "shop-prod" } },
      aurora: { ...stage, database: { cluster: "shop" } },
      // An instance in a cluster stands for its cluster.
      member: { ...stage, database: { instance: "shop-1" } },
      billing: { ...stage, database: { instance: "billing" } },
      strayed: { ...stage, account: "999999999999", database: { instance: "shop-prod" } },
      unsaid: { ...stage },
      nowhere: { ...stage, database: { instance: "nobody" } },
    };
    const config = { project: "shop", contract: "migrate-remote", stages };
    await writeFile(join(cwd, ".migraterc.json"), JSON.stringify(config));
    Object.assign(process.env, environment);
    await prepare(rds);
  });
  afterAll(async () => {
    for (const name of Object.keys(environment)) delete process.env[name];
    rds.destroy();
    await moto.close();
    await rm(cwd, { recursive: true, force: true });
  });

  const cli = (...argv: string[]) => runCli(argv, { cwd, env: environment });
  const ids = async (stage: string): Promise<string[]> => {
    const end = await cli("snapshot", "list", "--stage", stage, "--json");
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    return end.json().snapshots.map(({ id }: { id: string }) => id);
  };

  test("a database that is gone is restored by whoever says where it shall stand", async () => {
    const end = await cli("snapshot", "restore", "some-snapshot", "--stage", "nowhere", "--json");
    expect(end.exitCode).toBe(1);
    const { code, message, hint } = end.json().error;
    expect(code).toBe("original_gone");
    expect(message).toContain("instance nobody of stage nowhere is gone");
    expect(hint).toContain(
      "aws rds restore-db-instance-from-db-snapshot --db-snapshot-identifier some-snapshot",
    );
    expect(hint).toContain("--vpc-security-group-ids SECURITY-GROUP --region eu-west-1");
  });

  test("a database that nobody says is a matter of the configuration; the missing function is told once", async () => {
    const end = await cli("snapshot", "--stage", "unsaid", "--json");
    expect(end.json()).toMatchObject({
      stage: "unsaid",
      function: "shop-api-migrate-lambda-unsaid",
      error: { code: "database_unconfigured", message: expect.stringContaining("There is no function") },
      exitCode: 2,
    });
    expect(end.json()).not.toHaveProperty("warnings");
  });

  describe.each([
    ["prod", "instance", "shop-prod"],
    ["aurora", "cluster", "shop"],
    ["member", "cluster", "shop"],
  ])("stage %s: its %s", (stage, kind, identifier) => {
    test("create, list, wait, restore and prune", async () => {
      const created = await cli("snapshot", "--stage", stage, "--keep", "7d", "--json");
      expect(created.exitCode, created.stdout + created.stderr).toBe(0);
      const { snapshot, warnings } = created.json();
      expect(warnings).toEqual([
        { code: "function_silent", message: expect.stringContaining("There is no function") },
        { code: "database_unproved", message: expect.not.stringContaining("does not say") },
      ]);
      expect(snapshot).toMatchObject({ kind, database: identifier, status: "available" });
      expect(snapshot.id).toMatch(new RegExp(`^migrate-remote-${stage}-\\d{8}t\\d{6}z`));
      expect(await ids(stage)).toEqual([snapshot.id]);

      const waited = await cli("snapshot", "wait", snapshot.id, "--stage", stage, "--json");
      expect(waited.json()).toMatchObject({ action: "wait", snapshot: { id: snapshot.id }, exitCode: 0 });

      const restored = await cli(
        ...["snapshot", "restore", snapshot.id, "--stage", stage, "--as", `${stage}-back`, "--json"],
      );
      expect(restored.exitCode, restored.stdout + restored.stderr).toBe(0);
      expect(restored.json()).toMatchObject({
        snapshotId: snapshot.id,
        original: { kind, identifier },
        database: { kind, identifier: `${stage}-back`, status: "available" },
      });
      expect(restored.json().database.endpoints[0].host).toContain(`${stage}-back`);
      expect(restored.stdout).toContain(`aws rds modify-db-${kind} --db-${kind}-identifier ${identifier} `);

      const again = await cli("snapshot", "restore", snapshot.id, "--stage", stage, "--as", `${stage}-back`);
      expect(again.exitCode).toBe(1);
      expect(again.stderr).toContain(`${stage}-back`);

      const dry = await cli("snapshot", "prune", "--stage", stage, "--keep", "0");
      expect(dry.exitCode, dry.stderr).toBe(0);
      expect(await ids(stage)).toEqual([snapshot.id]);
      const pruned = await cli("snapshot", "prune", "--stage", stage, "--keep", "0", "--confirm", "--json");
      expect(pruned.json()).toMatchObject({ dryRun: false, deleted: [{ id: snapshot.id }], failed: [] });
      expect(await ids(stage)).toEqual([]);
    });
  });

  test("another database's snapshot is refused, and how it is done by hand is said", async () => {
    const { id } = (await cli("snapshot", "--stage", "billing", "--json")).json().snapshot;
    const end = await cli("snapshot", "restore", id, "--stage", "prod", "--json");
    expect(end.json()).toMatchObject({ command: "snapshot", action: "restore", exitCode: 5 });
    expect(end.json().error.code).toBe("wrong_database");
    expect(end.json().error.hint).toContain("aws rds restore-db-instance-from-db-snapshot");
    expect((await cli("snapshot", "list", "--stage", "billing")).stdout).toContain(id);
  });

  test("a moment: recovery that is off is said", async () => {
    const end = await cli("snapshot", "restore", "--to-time", "2026-01-01T00:00Z", "--stage", "billing");
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toContain("Point-in-time recovery is off for instance billing");
  });

  test("the wrong account makes, restores and deletes nothing", async () => {
    for (const argv of [[], ["restore", "s-1"], ["prune", "--keep", "0", "--confirm"]]) {
      const end = await cli("snapshot", ...argv, "--stage", "strayed", "--json");
      expect(end.json()).toMatchObject({ error: { code: "wrong_account" }, exitCode: 5 });
    }
  });

  test("a database that is not there is named", async () => {
    const end = await cli("snapshot", "--stage", "nowhere");
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toContain("RDS knows no instance nobody");
    const list = await cli("snapshot", "list", "--stage", "nowhere");
    expect(list.exitCode).toBe(0);
    expect(list.stdout).toContain("There is no snapshot of instance nobody");
  });
});

async function prepare(rds: RDSClient): Promise<void> {
  const account = { MasterUsername: "shop", MasterUserPassword: "hunter2hunter2" };
  const groups = { VpcSecurityGroupIds: ["sg-1"] };
  const plain = { DBInstanceClass: "db.t4g.medium", Engine: "postgres", AllocatedStorage: 20 };
  for (const [name, days] of [
    ["shop-prod", 7],
    ["billing", 0],
  ] as const) {
    await rds.send(
      new CreateDBInstanceCommand({
        ...plain,
        ...account,
        ...groups,
        DBInstanceIdentifier: name,
        BackupRetentionPeriod: days,
      }),
    );
  }
  const engine = { Engine: "aurora-postgresql" };
  await rds.send(
    new CreateDBClusterCommand({ ...engine, ...account, ...groups, DBClusterIdentifier: "shop" }),
  );
  await rds.send(
    new CreateDBInstanceCommand({
      ...engine,
      DBInstanceIdentifier: "shop-1",
      DBClusterIdentifier: "shop",
      DBInstanceClass: "db.serverless",
    }),
  );
}
