import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { iamFacts } from "../../src/commands/init/iam.js";
import { parseConfig } from "../../src/config/load.js";
import { resolveTarget } from "../../src/config/resolve.js";
import { operatorParts, policiesFor } from "../../src/scaffold/iam.js";
import { amendedAws } from "../support/amended-aws.js";
import { holdOpen, localStage, makeProject, type Project } from "../support/project.js";
import { runCli } from "../support/run-cli.js";

const env = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "hunter2hunter2" };
const name = "shop-api-migrate-lambda-local";

/** As a stage that AWS serves, of which the local endpoint is the AWS. */
function configuration(endpoint: string) {
  const prod = { endpoint, function: name, region: "eu-west-1", database: { instance: "shop-local" } };
  return { project: "shop", contract: "migrate-remote", stages: { prod } };
}

function factsOf(config: object) {
  const parsed = parseConfig(JSON.stringify(config));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const resolved = resolveTarget(parsed.config, "prod", { env: {} });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return iamFacts(resolved.target);
}

// The other half of the test that reads the code: what the commands really send, each with the rights that it is said to need and no others.
describe.sequential("every command does its work with the rights that the policy names for it", () => {
  let project: Project;
  let aws: Awaited<ReturnType<typeof amendedAws>>;
  let held: Awaited<ReturnType<typeof holdOpen>>;
  let cwd: string;
  let facts: ReturnType<typeof factsOf>;
  beforeAll(async () => {
    Object.assign(process.env, env);
    project = await makeProject({
      migrations: { "001_a.sql": "CREATE TABLE a (id int);" },
      config: { stages: { local: localStage } },
    });
    held = await holdOpen(project.cwd, "local");
    aws = await amendedAws(held.endpoint);
    cwd = await mkdtemp(join(tmpdir(), "migrate-remote-rights-"));
    const config = configuration(aws.ownName);
    facts = factsOf(config);
    await writeFile(join(cwd, ".migraterc.json"), JSON.stringify(config));
  }, 120_000);
  afterAll(async () => {
    for (const variable of Object.keys(env)) delete process.env[variable];
    await aws.close();
    await held.close();
    await project.dispose();
    await rm(cwd, { recursive: true, force: true });
  });

  const actions = (parts: { statement: { Action: string[] } }[]) =>
    new Set(parts.flatMap(({ statement }) => statement.Action));

  /** Everything that the operator may do is denied but what is allowed here. */
  async function withRights(allowed: Set<string>, argv: string[]) {
    const denied = [...actions(operatorParts(facts))].filter((action) => !allowed.has(action));
    aws.amend(Object.fromEntries(denied.map((action) => [action, "denied" as const])));
    const end = await runCli([...argv, "--json"], { cwd, env: { ...env, HTTP_PROXY: aws.url } });
    return { end, sent: [...new Set(aws.seen.map(({ operation }) => operation))] };
  }

  let snapshotId = "";
  let runId = "";
  const commands: [command: string, argv: () => string[]][] = [
    ["status", () => ["status"]],
    ["run", () => ["run", "--confirm"]],
    ["runs", () => ["runs"]],
    ["attach", () => ["attach", runId]],
    ["logs", () => ["logs", "--since", "1h"]],
    ["fix-history", () => ["fix-history", "--confirm"]],
    ["snapshot create", () => ["snapshot"]],
    ["snapshot list", () => ["snapshot", "list"]],
    ["snapshot wait", () => ["snapshot", "wait", snapshotId]],
    ["snapshot restore", () => ["snapshot", "restore", snapshotId]],
    ["snapshot prune", () => ["snapshot", "prune", "--keep", "0", "--confirm"]],
  ];
  test.each(commands)(
    "%s",
    async (command, argv) => {
      const own = operatorParts(facts).filter((part) => part.commands.includes(command));
      const { end, sent } = await withRights(actions(own), argv());
      expect(end.exitCode, end.stdout + end.stderr).toBe(0);
      expect(end.stderr).not.toMatch(/denied|does not allow/);
      expect(sent.length).toBeGreaterThan(0);
      expect(
        sent.filter((action) => action !== "sts:GetCallerIdentity" && !actions(own).has(action)),
      ).toEqual([]);
      if (command === "run") runId = end.json().runId;
      if (command === "snapshot create") snapshotId = end.json().snapshot.id;
    },
    120_000,
  );

  test("the reader reads logs and snapshots, and can neither ask for a status nor migrate", async () => {
    const reader = policiesFor(facts).find(({ role }) => role === "reader");
    const allowed = new Set(
      reader?.documents.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action)),
    );
    for (const argv of [
      ["logs", "--since", "1h"],
      ["snapshot", "list"],
    ])
      expect((await withRights(allowed, argv)).end.exitCode).toBe(0);
    for (const argv of [["status"], ["run", "--confirm"], ["runs"]]) {
      const { end } = await withRights(allowed, argv);
      expect(end.exitCode).toBe(1);
      expect(end.json().error).toMatchObject({
        code: "access_denied",
        hint: expect.stringContaining("migrate-remote init --iam"),
      });
    }
  }, 120_000);
});
