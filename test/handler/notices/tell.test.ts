import { createServer, type IncomingMessage } from "node:http";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { expectError, expectSuccess, farSide, newRunId } from "../../support/far-side.js";
import { freePort, type Listening, listen } from "../../support/loopback.js";
import { startMoto } from "../../support/moto.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { urlOf } from "../../support/postgres.js";
import { hasTool } from "../../support/tools.js";

const region = "eu-west-1";
const source = { "001_a": "CREATE TABLE a ()", "002_b": "CREATE TABLE b ()" };
const broken = { ...source, "003_c": "CREATE TABLE a ()" };

const database = eachInItsOwnDatabase();
beforeEach(() => {
  vi.stubEnv("AWS_REGION", region);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "b");
  vi.stubEnv("STAGE", "dev");
});
afterEach(() => vi.unstubAllEnvs());

const countOf = (logs: Record<string, unknown>[]) => logs.filter(({ event }) => event === "metrics");

describe.skipIf(!hasTool("moto_server"))("a topic", () => {
  let aws: Awaited<ReturnType<typeof startMoto>>;
  let subscriber: Listening;
  let topic = "";
  let mails: { Subject: string; Message: string }[] = [];

  beforeAll(async () => {
    aws = await startMoto();
    subscriber = await listen(
      createServer(async (request, response) => {
        mails.push(JSON.parse(await bodyOf(request)));
        response.end();
      }),
    );
    const sns = new SNSClient({
      region,
      endpoint: aws.endpoint,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    topic = (await sns.send(new CreateTopicCommand({ Name: "migrations" }))).TopicArn ?? "";
    const endpoint = `http://127.0.0.1:${subscriber.port}`;
    await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: "http", Endpoint: endpoint }));
    sns.destroy();
  });
  beforeEach(() => {
    mails = [];
    vi.stubEnv("AWS_ENDPOINT_URL", aws.endpoint);
    vi.stubEnv("MIGRATION_SNS_TOPIC_ARN", topic);
  });
  afterAll(async () => {
    await subscriber.close();
    await aws.close();
  });

  it("is told once of what a run applied, and of nothing else", async () => {
    const far = farSide(database.url, source);
    await far.status();
    await far.dryRun();
    const run = { runId: newRunId(), requestedBy: "ann@laptop" };
    expectSuccess(await far.run({ run }));
    expect(mails).toMatchObject([{ Subject: "✓ Database Migration Successful (dev)" }]);
    expect(mails[0]?.Message).toContain(`Run: ${run.runId}\nRequested by: ann@laptop\nEngine: sql\n`);
    expect(mails[0]?.Message).toContain("Revision: (none) → 002_b\nApplied: 2 (001_a, 002_b)\n");
    // The same delivery again, and nothing left to do.
    expectSuccess(await far.run({ run }));
    expectSuccess(await far.run());
    expectSuccess(await far.fixHistory());
    expect(mails).toHaveLength(1);
    expect(countOf(far.logs)).toMatchObject([
      { MigrationsApplied: 2, MigrationSuccess: 1, MigrationFailure: 0, run_id: run.runId, stage: "dev" },
      { MigrationsApplied: 0, MigrationSuccess: 1 },
      { MigrationsApplied: 0, MigrationSuccess: 1 },
    ]);
  });

  it("is told of a failure, once, and not of a refusal", async () => {
    const far = farSide(database.url, broken);
    const run = { runId: newRunId() };
    expectError(await far.run({ run }), "migration_failed");
    expectError(await far.run({ run }), "migration_failed");
    expectError(await far.run({ targetRevision: "nonsense" }), "unknown_revision");
    expect(mails).toMatchObject([{ Subject: "✗ Database Migration Failed (dev)" }]);
    expect(mails[0]?.Message).toMatch(/^Applied: 2 \(001_a, 002_b\)$/m);
    expect(mails[0]?.Message).toMatch(/^Error: migration_failed: .*"a" already exists/m);
    expect(countOf(far.logs)).toMatchObject([
      { MigrationsApplied: 2, MigrationSuccess: 0, MigrationFailure: 1, ColdStart: 1 },
      { DatabaseConnectionErrors: 0, ColdStart: 0 },
    ]);
    expect(countOf(far.logs)[1]).not.toHaveProperty("MigrationFailure");
  });

  it("is told at the end of a run of several parts, of all of it", async () => {
    const far = farSide(database.url, source);
    const run = { runId: newRunId() };
    const isLate = () => far.logs.some(({ event }) => event === "migration_applied");
    const first = expectSuccess(
      await far.run({ run }, { getRemainingTimeInMillis: () => (isLate() ? 4000 : 60_000) }),
    );
    expect(first.run).toMatchObject({ state: "paused" });
    expect(mails).toHaveLength(0);
    expect(countOf(far.logs)).toEqual([]);
    const plan = first.plan?.id ?? "";
    const second = expectSuccess(await far.run({ run: { ...run, part: 2, planId: plan } }));
    expect(mails[0]?.Message).toContain("Applied: 2 (001_a, 002_b)");
    expect(countOf(far.logs)).toMatchObject([{ MigrationsApplied: 2 }]);
    expect(Number(countOf(far.logs)[0]?.MigrationDuration)).toBeGreaterThan(second.durationMs ?? 0);
  });

  it("that the handler's own option names comes first", async () => {
    vi.stubEnv("MIGRATION_SNS_TOPIC_ARN", `${topic}-none`);
    expectSuccess(await farSide(database.url, source, { notify: topic }).run());
    expect(mails).toHaveLength(1);
  });

  it("that does not exist is a warning: the outcome stands", async () => {
    const far = farSide(database.url, source, { notify: `${topic}-none` });
    expectSuccess(await far.run());
    expect(far.logs.at(-1)).toMatchObject({ level: "warn", event: "notice_not_sent" });
    expect(far.logs.at(-1)?.message).toContain("NotFound");
  });
});

describe("a topic out of reach", () => {
  it("costs three seconds and a warning", { timeout: 60_000 }, async () => {
    const silent = await listen(createServer(() => {}));
    vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${silent.port}`);
    const far = farSide(database.url, source, { notify: `arn:aws:sns:${region}:123456789012:t` });
    const began = performance.now();
    expectSuccess(await far.run());
    expect(performance.now() - began).toBeLessThan(6_000);
    expect(far.logs.at(-1)?.message).toContain("no answer within 3 s");
    await silent.close();
  });

  it("that takes ASCII alone is told in ASCII", async () => {
    const bodies: string[] = [];
    const picky = await listen(
      createServer(async (request, response) => {
        const body = await bodyOf(request);
        bodies.push(body);
        const isFine = !/Subject=%E2/.test(body);
        const error =
          "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>Subject</Message></Error></ErrorResponse>";
        const answer =
          "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>";
        response.writeHead(isFine ? 200 : 400, { "content-type": "text/xml" }).end(isFine ? answer : error);
      }),
    );
    vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${picky.port}`);
    const far = farSide(database.url, source, { notify: `arn:aws:sns:${region}:123456789012:t` });
    expectSuccess(await far.run());
    expect(bodies).toHaveLength(2);
    expect(new URLSearchParams(bodies[1]).get("Subject")).toBe("Database Migration Successful (dev)");
    expect(far.logs.some(({ event }) => event === "notice_not_sent")).toBe(false);
    await picky.close();
  });
});

it("counts a database that cannot be reached, also where it was only asked", async () => {
  const far = farSide(urlOf(await freePort(), "nowhere"), source, { connectTimeout: "2s" });
  expectError(await far.status(), "database_unreachable");
  expectError(await far.run(), "database_unreachable");
  expect(countOf(far.logs)).toMatchObject([
    { DatabaseConnectionErrors: 1, ColdStart: 1 },
    { DatabaseConnectionErrors: 1, ColdStart: 0, MigrationFailure: 1 },
  ]);
  expect(countOf(far.logs)[0]).not.toHaveProperty("MigrationFailure");
});

it("counts as failed what nobody knows the end of", async () => {
  const { hostname, port, username, pathname } = new URL(database.url);
  let connections = 0;
  const parts = {
    host: hostname,
    port: Number(port),
    user: username,
    database: pathname.slice(1),
    password: () => {
      connections += 1;
      if (connections > 1) throw new Error("no more of them");
      return decodeURIComponent(new URL(database.url).password);
    },
  };
  const far = farSide(parts, { "001_a": "SELECT pg_terminate_backend(pg_backend_pid())" });
  const ends = Date.now() + 4_000;
  const context = { getRemainingTimeInMillis: () => ends - Date.now() };
  await expect(far.run({}, context)).rejects.toThrow(/what stands is not known here/);
  expect(countOf(far.logs)).toMatchObject([{ MigrationFailure: 1, MigrationSuccess: 0 }]);
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}
