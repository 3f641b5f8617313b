import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startMoto } from "../support/moto.js";
import { runCli } from "../support/run-cli.js";
import { hasTool } from "../support/tools.js";

const credentials = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "hunter2hunter2" };

// moto is an AWS that nobody here wrote: what it answers, our local endpoint must not be the only one to understand.
describe.skipIf(!hasTool("moto_server"))("against moto", () => {
  let server: Awaited<ReturnType<typeof startMoto>>;
  let cwd: string;
  let endpoint: string;
  beforeAll(async () => {
    server = await startMoto();
    endpoint = server.endpoint;
    cwd = await mkdtemp(join(tmpdir(), "migrate-remote-moto-"));
    const stage = { endpoint, region: "eu-west-1" };
    const config = {
      project: "shop",
      contract: "migrate-remote",
      stages: { dev: stage, wrong: { ...stage, account: "999999999999" } },
    };
    await writeFile(join(cwd, ".migraterc.json"), JSON.stringify({ ...config, defaultStage: "dev" }));
    Object.assign(process.env, credentials);
  });
  afterAll(async () => {
    for (const name of Object.keys(credentials)) delete process.env[name];
    await server.close();
    await rm(cwd, { recursive: true, force: true });
  });
  const cli = (...argv: string[]) => runCli(argv, { cwd, env: credentials });

  test("a function that does not exist is named, and where it was looked for", async () => {
    const end = await cli("status", "--json");
    expect(end.exitCode).toBe(1);
    expect(end.json().error).toMatchObject({ code: "function_not_found" });
    expect(end.json().error.message).toContain("shop-api-migrate-lambda-dev");
    expect(end.stdout + end.stderr).not.toContain("hunter2");
  });

  test("logs are read page by page, none lost and none twice", async () => {
    const group = "/aws/lambda/shop-api-migrate-lambda-dev";
    const region = "eu-west-1";
    const logs = new CloudWatchLogsClient({
      endpoint,
      region,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    await logs.send(new CreateLogGroupCommand({ logGroupName: group }));
    const began = Date.now() - 60_000;
    for (const stream of ["a", "b"]) {
      await logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: stream }));
      const logEvents = Array.from({ length: 6_000 }, (_, index) => ({
        timestamp: began + index,
        message: `${stream}-${index}`,
      }));
      await logs.send(new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents }));
    }
    logs.destroy();
    // moto knows no such function, so its log group is the one that Lambda would use.
    const end = await cli("logs", "--since", "1h", "--json");
    const messages = end.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).message);
    expect(end.exitCode, end.stderr).toBe(0);
    expect(new Set(messages).size).toBe(12_000);
    expect(messages).toHaveLength(12_000);
    const filtered = await cli("logs", "--since", "1h", "--filter", "a-599", "--json");
    expect(filtered.stdout.trim().split("\n")).toHaveLength(11);
    const picked = await cli("logs", "--since", "1h", "--grep", "^b-1{4}$", "--raw");
    expect(picked.stdout).toBe("b-1111\n");
  });
});
