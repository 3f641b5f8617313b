import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Check, CheckCode } from "../../src/workflow/results/doctor.js";
import { type Amendments, amendedAws } from "../support/amended-aws.js";
import { type Broken, broken, setup, variables } from "../support/broken-aws.js";
import { functionName, furnish, healthy, region } from "../support/healthy-aws.js";
import { startMoto } from "../support/moto.js";
import { type CliEnd, runCli } from "../support/run-cli.js";
import { hasTool } from "../support/tools.js";

const credentials = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "hunter2hunter2" };

const profileOfSso = `[profile sso]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = migrate
`;

describe.skipIf(!hasTool("moto_server"))("doctor against moto", () => {
  let moto: Awaited<ReturnType<typeof startMoto>>;
  let aws: Awaited<ReturnType<typeof amendedAws>>;
  let cwd: string;

  beforeAll(async () => {
    moto = await startMoto();
    await furnish(moto.endpoint);
    aws = await amendedAws(moto.endpoint);
    cwd = await mkdtemp(join(tmpdir(), "migrate-remote-doctor-"));
    const stage = { region, endpoint: aws.ownName, database: { instance: "shop" } };
    const { database: _, ...unsaid } = stage;
    const stages = {
      dev: { ...stage, account: "123456789012" },
      prod: stage,
      strayed: { ...stage, account: "999999999999" },
      nowhere: { endpoint: aws.ownName, database: stage.database },
      unborn: { ...stage, function: "nobody" },
      lost: { ...stage, database: { instance: "nobody" } },
      stopped: { ...stage, database: { instance: "stopped" } },
      unkept: { ...stage, database: { instance: "unkept" } },
      recovered: { ...stage, database: { instance: "unkept" }, snapshot: "pointInTime" },
      unsaid: { ...unsaid, snapshot: "required" },
      sso: { ...stage, profile: "sso" },
      silent: { ...stage, contract: "empty-event" },
    };
    const config = { project: "shop", contract: "migrate-remote", function: functionName, stages };
    await writeFile(join(cwd, ".migraterc.json"), JSON.stringify(config));
    await writeFile(join(cwd, "aws.ini"), profileOfSso);
    Object.assign(process.env, credentials, {
      AWS_CONFIG_FILE: join(cwd, "aws.ini"),
      AWS_SHARED_CREDENTIALS_FILE: join(cwd, "none"),
    });
  });
  afterAll(async () => {
    for (const name of [...Object.keys(credentials), "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
      delete process.env[name];
    await aws.close();
    await moto.close();
    await rm(cwd, { recursive: true, force: true });
  });

  const doctor = ({ stage = "dev", env = {}, amend = {}, ahead }: Partial<Broken>, ...more: string[]) => {
    aws.amend({ ...healthy, ...amend }, ahead === undefined ? undefined : new Date(Date.now() + ahead));
    return runCli(["doctor", "--stage", stage, ...more], { cwd, env: { HTTP_PROXY: aws.url, ...env } });
  };
  const found = (end: CliEnd, code: CheckCode): Check | undefined =>
    end.json().checks.find((one: Check) => one.code === code);

  test("where all is well nothing is wrong, and nothing is executed but one status", async () => {
    const end = await doctor({}, "--json");
    const { checks, counts, exitCode } = end.json();
    const notWell = checks.filter(({ level, code }: Check) => level !== "ok" && code !== "node_version");
    expect(notWell).toEqual([]);
    expect({ exitCode, failed: counts.failed, unknown: counts.unknown }).toEqual({
      exitCode: 0,
      failed: 0,
      unknown: 0,
    });
    expect(checks.length).toBeGreaterThan(30);
    const invoked = aws.seen.filter(({ operation }) => operation === "lambda:InvokeFunction");
    expect(invoked.map(({ invocationType, body }) => [invocationType, body])).toEqual([
      ["DryRun", ""],
      ["RequestResponse", '{"admin_operation":"migration_status","parameters":{}}'],
    ]);
    expect(end.stdout + end.stderr).not.toContain("hunter2");
  });

  test.each(broken)("$what", async ({ code, level, says, fix, ...made }) => {
    const end = await doctor(made, "--json");
    const check = found(end, code);
    expect(check, end.stdout + end.stderr).toMatchObject({
      code,
      level,
      message: expect.stringMatching(says),
    });
    if (fix !== undefined) expect(check?.fix).toMatch(fix);
    expect(end.exitCode).toBe(level === "failed" ? 1 : end.json().counts.failed > 0 ? 1 : 0);
    expect(end.stdout + end.stderr).not.toContain("hunter2");
  });

  test("what is broken is the only thing that is told to have failed", async () => {
    const alone = broken.filter(
      ({ level, stage, code }) => level === "failed" && stage === undefined && code !== "connection_source",
    );
    for (const { what, code, ...made } of alone) {
      const failed = (await doctor(made, "--json"))
        .json()
        .checks.filter(({ level }: Check) => level === "failed");
      expect(
        failed.map((one: Check) => one.code),
        what,
      ).toEqual([code]);
    }
  });

  test.each([
    ["AUTO_MIGRATE is on", "dev", variables({ AUTO_MIGRATE: "on" })],
    ["the contract has no read", "silent", {}],
    ["the function is asleep", "dev", setup({ State: "Inactive" })],
    ["the function is being updated", "dev", setup({ LastUpdateStatus: "InProgress" })],
    [
      "the configuration may not be read",
      "dev",
      { "lambda:GetFunctionConfiguration": "denied" } as Amendments,
    ],
    ["the account is another one", "strayed", {}],
  ])("where %s nothing is executed", async (_, stage, amend) => {
    const end = await doctor({ stage, amend }, "--json");
    const executed = aws.seen.filter(
      ({ invocationType }) => invocationType !== undefined && invocationType !== "DryRun",
    );
    expect(executed).toEqual([]);
    if (stage !== "strayed")
      expect(found(end, "database_reachable")).toMatchObject({
        level: "unknown",
        message: expect.stringContaining("Nothing was sent"),
      });
  });

  const reads = [
    "lambda:GetFunctionConfiguration",
    "lambda:GetFunctionEventInvokeConfig",
    "lambda:GetFunctionConcurrency",
    "logs:DescribeLogGroups",
    "logs:FilterLogEvents",
    "rds:DescribeDBInstances",
    "rds:DescribeAccountAttributes",
    "cloudwatch:DescribeAlarms",
  ];

  test("what may not be read is unknown, with the right that is missing, and has not failed", async () => {
    const end = await doctor({ amend: Object.fromEntries(reads.map((name) => [name, "denied"])) }, "--json");
    const { checks, counts, exitCode } = end.json();
    expect({ exitCode, failed: counts.failed }).toEqual({ exitCode: 0, failed: 0 });
    const missing = checks.flatMap(({ level, missingPermission }: Check) =>
      level === "unknown" && missingPermission !== undefined ? [missingPermission] : [],
    );
    expect(new Set(missing)).toEqual(new Set(reads));
  });

  test.each([...reads, "rds:DescribeDBSnapshots", "sns:ListSubscriptionsByTopic"])(
    "%s alone may be missing",
    async (name) => {
      const end = await doctor({ amend: { [name]: "denied" } }, "--json");
      const missing = end
        .json()
        .checks.filter(({ missingPermission }: Check) => missingPermission !== undefined);
      expect(new Set(missing.map(({ level }: Check) => level))).toEqual(new Set(["unknown"]));
      expect(new Set(missing.map((one: Check) => one.missingPermission))).toEqual(new Set([name]));
      expect(end.exitCode).toBe(0);
    },
  );

  test("without credentials the rest is left out, in one line", async () => {
    for (const name of Object.keys(credentials)) delete process.env[name];
    try {
      const end = await doctor({ env: { AWS_EC2_METADATA_DISABLED: "true" } });
      expect(end.exitCode).toBe(1);
      expect(end.stdout).toMatch(/✗ No AWS credentials were found/);
      expect(end.stdout).toContain("○ All further checks were left out");
      expect(aws.seen).toEqual([]);
    } finally {
      Object.assign(process.env, credentials);
    }
  });

  test("where Lambda cannot be reached that has failed, once, and the rest is left out", async () => {
    const end = await doctor({ env: { HTTP_PROXY: "http://127.0.0.1:1" } }, "--json");
    const { checks, counts, exitCode } = end.json();
    expect({ exitCode, failed: counts.failed }).toEqual({ exitCode: 1, failed: 1 });
    const check = found(end, "function_exists");
    expect(check).toMatchObject({ level: "failed", message: expect.stringContaining("could not reach") });
    expect(check?.fix).toContain("curl -v");
    expect(checks.at(-1)).toMatchObject({ code: "remaining_checks", level: "skipped" });
    expect(found(end, "logging_config")).toBeUndefined();
    expect(aws.seen).toEqual([]);
  });

  test("where the configuration may not be read, nothing is said of how it logs", async () => {
    const end = await doctor({ amend: { "lambda:GetFunctionConfiguration": "denied" } }, "--json");
    expect(found(end, "logging_config")).toBeUndefined();
    expect(found(end, "log_group")).toMatchObject({ level: "ok" });
  });

  test("a service that never answers is given up, and keeps nothing else from being told", async () => {
    const began = Date.now();
    const end = await doctor(
      { amend: { "logs:DescribeLogGroups": { never: true }, "rds:DescribeDBInstances": { never: true } } },
      "--json",
    );
    expect(Date.now() - began).toBeLessThan(30_000);
    for (const code of ["log_group", "rds_database"] as const)
      expect(found(end, code)).toMatchObject({
        level: "unknown",
        message: expect.stringContaining("not answered in time"),
      });
    expect(found(end, "database_state")).toMatchObject({ level: "ok" });
    expect(end.exitCode).toBe(0);
  });

  test("as text: groups, the fix below what is not well, one verdict", async () => {
    const end = await doctor({
      amend: { ...setup({ Timeout: 30 }), "lambda:GetFunctionConcurrency": "denied" },
    });
    expect(end.stdout).toMatch(/^This machine$/m);
    expect(end.stdout).toMatch(/^ {2}! Its timeout is 30 s: short for a migration\.\n {4}→ Raise it/m);
    expect(end.stdout).toMatch(/^ {2}\? Its reserved concurrency may not be read: these credentials lack/m);
    expect(end.stdout).toMatch(/To see the rest, allow lambda:GetFunctionConcurrency\./);
    expect(end.stdout.trim().split("\n").at(-1)).toBe("  Next: migrate-remote status --stage dev");
    expect(end.stdout).toMatch(/^! Nothing failed of \d+ checks, \d warnings?, 1 unknown\.$/m);
    expect(end.stderr).toContain(`Asking AWS about ${functionName}`);
  });
});
