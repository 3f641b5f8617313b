import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CreateDBClusterCommand, CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DatabaseKind, DatabaseRef } from "../../src/remote/databases.js";
import { everSince, only, type PlannedFault } from "../faults/plan.js";
import { startFaultProxy } from "../faults/proxy.js";
import { testCredentials } from "../faults/stand.js";
import { callWitness } from "../faults/witness.js";
import { startMoto } from "../support/moto.js";
import { holdOpen, makeProject, type Project } from "../support/project.js";
import { hasTool } from "../support/tools.js";

const bin = fileURLToPath(new URL("../../bin/migrate-remote.js", import.meta.url));

// The same faults as in test/faults, where RDS is one that nobody here wrote.
describe.skipIf(!hasTool("moto_server"))("snapshots of moto's with faults on the way", () => {
  let project: Project;
  let moto: Awaited<ReturnType<typeof startMoto>>;
  let stage: Awaited<ReturnType<typeof holdOpen>>;
  let rds: RDSClient;
  beforeAll(async () => {
    [moto, project] = await Promise.all([
      startMoto(),
      makeProject({ migrations: { "001_accounts.sql": "CREATE TABLE accounts (id int);" } }),
    ]);
    stage = await holdOpen(project.cwd, "local");
    rds = new RDSClient({ endpoint: moto.endpoint, region: stage.region, credentials: stage.credentials });
  });
  afterAll(async () => {
    rds.destroy();
    await stage.close();
    await project.dispose();
    await moto.close();
  });
  beforeEach(() =>
    project.query(
      "DROP TABLE IF EXISTS accounts, schema_migrations; DROP SCHEMA IF EXISTS migrate_remote CASCADE",
    ),
  );

  /** A database of its own for each test. */
  let databases = 0;
  async function create(kind: DatabaseKind): Promise<DatabaseRef> {
    databases += 1;
    const identifier = `shop-${databases}`;
    const like = { MasterUsername: "shop", MasterUserPassword: "not-a-secret-1" };
    await (kind === "cluster"
      ? rds.send(
          new CreateDBClusterCommand({
            DBClusterIdentifier: identifier,
            Engine: "aurora-postgresql",
            ...like,
          }),
        )
      : rds.send(
          new CreateDBInstanceCommand({
            ...{ DBInstanceIdentifier: identifier, DBInstanceClass: "db.t4g.micro" },
            ...{ Engine: "postgres", AllocatedStorage: 20, ...like },
          }),
        ));
    return { kind, identifier };
  }

  /** The built program, with RDS behind one proxy and the function behind another. */
  async function runThrough(plan: PlannedFault[], kind: DatabaseKind = "instance") {
    const database = await create(kind);
    const { identifier } = database;
    const far = { function: stage.functionName, region: stage.region, protected: true };
    // A snapshot's name has the stage and the second in it, and another test's would be in the way.
    const stages = { [`far-${identifier}`]: { ...far, database: { [kind]: identifier } } };
    const config = { contract: "migrate-remote", stages };
    await project.write({ [`${identifier}.json`]: JSON.stringify(config) });
    const witness = callWitness({ endpoint: moto.endpoint, region: stage.region, ...database });
    const beforeRds = await startFaultProxy(moto.endpoint, plan);
    const beforeFunction = await startFaultProxy(stage.endpoint, [], witness.watch);
    const env = {
      ...{ PATH: process.env.PATH, HOME: project.cwd, XDG_STATE_HOME: join(project.cwd, ".state") },
      ...testCredentials,
      AWS_ENDPOINT_URL_RDS: beforeRds.url,
      AWS_ENDPOINT_URL_LAMBDA: beforeFunction.url,
      AWS_ENDPOINT_URL_STS: stage.endpoint,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: stage.endpoint,
    };
    const argv = ["run", "--json", "--confirm", "--snapshot-timeout", "3s", "--config", `${identifier}.json`];
    try {
      const end = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
        execFile(process.execPath, [bin, ...argv], { cwd: project.cwd, env }, (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
        );
      });
      expect([...beforeRds.met]).toEqual(plan);
      expect(witness.lawless).toEqual([]);
      const result = JSON.parse(end.stdout);
      return {
        ...{ code: end.code, result, stderr: end.stderr },
        told: `${result.error?.message}\n${result.error?.hint}`,
        runs: beforeFunction.seen.get("run 1") ?? 0,
        snapshots: await witness.snapshots(),
      };
    } finally {
      witness.close();
      await beforeRds.close();
      await beforeFunction.close();
    }
  }

  const tables = () => project.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");

  test.each<[string, PlannedFault[]]>([
    ["without a fault", []],
    ["throttled once", [only("create-snapshot", 1, "throttle")]],
    ["an error of RDS's own, once", [only("describe-snapshot", 1, "503-before")]],
    ["the answer lost", [only("create-snapshot", 1, "drop-after")]],
    ["not listed at first", [only("describe-snapshot", 1, "not-found")]],
    ["no tag taken", [everSince("tag-snapshot", 1, "500-before")]],
  ])("%s: applied, behind the one snapshot there is", async (_, plan) => {
    const { code, result, stderr, runs, snapshots } = await runThrough(plan);
    expect(code, stderr + JSON.stringify(result)).toBe(0);
    expect(runs).toBe(1);
    expect(snapshots).toEqual([{ id: result.wayBack.snapshotId, status: "available" }]);
    expect(await project.query("SELECT snapshot_id FROM migrate_remote.runs")).toEqual([
      { snapshot_id: result.wayBack.snapshotId },
    ]);
    // moto's address is none that the function's connection could be compared with.
    expect(stderr).toContain("could not be proved");
  });

  test.each<[string, string, number, PlannedFault[], DatabaseKind]>([
    ["throttled for ever", "throttled", 0, [everSince("create-snapshot", 1, "throttle")], "instance"],
    [
      "errors of RDS's own",
      "service_error",
      0,
      [everSince("describe-database", 1, "500-before")],
      "instance",
    ],
    [
      "credentials at their end",
      "credentials_expired",
      0,
      [only("list-snapshots", 1, "expired-token")],
      "instance",
    ],
    [
      "credentials at their end while waiting",
      "credentials_expired",
      1,
      [only("describe-snapshot", 1, "expired-token")],
      "instance",
    ],
    ["failed", "snapshot_failed", 1, [everSince("describe-snapshot", 1, "status-failed")], "instance"],
    ["failed", "snapshot_failed", 1, [everSince("describe-snapshot", 1, "status-failed")], "cluster"],
    [
      "deleted meanwhile",
      "snapshot_deleted",
      1,
      [only("describe-snapshot", 1, "never-available"), only("describe-snapshot", 2, "gone")],
      "instance",
    ],
    [
      "deleted meanwhile",
      "snapshot_deleted",
      1,
      [only("describe-snapshot", 1, "never-available"), only("describe-snapshot", 2, "not-found")],
      "cluster",
    ],
    [
      "never available",
      "snapshot_timed_out",
      1,
      [everSince("describe-snapshot", 1, "never-available")],
      "instance",
    ],
  ])("%s: %s, %i snapshot(s), nothing executed", async (_, errorCode, made, plan, kind) => {
    const { code, result, told, runs, snapshots } = await runThrough(plan, kind);
    expect({ code, error: result.error }).toMatchObject({ code: 1, error: { code: errorCode } });
    expect(runs).toBe(0);
    expect(await tables()).toEqual([]);
    expect(snapshots).toHaveLength(made);
    for (const { id } of snapshots) expect(told).toContain(id);
    expect(told).toContain("No migration was executed.");
  });
});
