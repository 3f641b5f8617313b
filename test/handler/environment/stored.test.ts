import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { resolveConnection } from "../../../src/handler/connection.js";
import { fromEnvironment } from "../../../src/handler/environment/database.js";
import { Refusal } from "../../../src/handler/refusal.js";
import { freePort, listen } from "../../support/loopback.js";
import { startMoto } from "../../support/moto.js";
import { dist } from "../../support/run-cli.js";
import { hasTool } from "../../support/tools.js";

const fixture = JSON.parse(
  readFileSync(new URL("../../fixtures/wire/credentials.json", import.meta.url), "utf8"),
);
const region = "eu-west-1";

function setAws(endpoint: string): void {
  vi.stubEnv("AWS_ENDPOINT_URL", endpoint);
  vi.stubEnv("AWS_REGION", region);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "b");
}

async function refusedBy(environment: Record<string, string>): Promise<Refusal["error"]> {
  const error: unknown = await resolveConnection(fromEnvironment(environment)).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(Refusal);
  return (error as Refusal).error;
}

afterEach(() => vi.unstubAllEnvs());

describe.skipIf(!hasTool("moto_server"))("a database's secret that AWS keeps", () => {
  let server: Awaited<ReturnType<typeof startMoto>>;
  let arn = "";

  beforeAll(async () => {
    server = await startMoto();
    setAws(server.endpoint);
    const secrets = new SecretsManagerClient({ region });
    const parameters = new SSMClient({ region });
    for (const { service, name, text } of fixture.stored) {
      if (service === "ssm") {
        await parameters.send(new PutParameterCommand({ Name: name, Value: text, Type: "SecureString" }));
      } else {
        const { ARN } = await secrets.send(new CreateSecretCommand({ Name: name, SecretString: text }));
        if (name === "prod/db") arn = ARN ?? "";
      }
    }
    secrets.destroy();
    parameters.destroy();
  });
  beforeEach(() => setAws(server.endpoint));
  afterAll(() => server.close());

  const asking = fixture.cases.filter(({ environment }: { environment: object }) =>
    Object.keys(environment).some((name) => /^DATABASE_(SECRET|URL_P)/.test(name)),
  );
  it.each<[string, Record<string, Record<string, string>>]>(
    asking.map((one: { name: string }) => [one.name, one]),
  )("%s", async (_, { environment = {}, means, names }) => {
    if (means === undefined) {
      const error = await refusedBy(environment);
      expect(error.code).toBe("configuration_error");
      expect(`${error.message} ${error.hint}`).toContain(names);
      return;
    }
    const found = await fromEnvironment(environment)();
    const { host, port, user, password, database } = await resolveConnection(found);
    const { sslmode, ...where } = means;
    expect({ host, port, user, password: await password(), database }).toEqual(where);
    expect(new URL(found).searchParams.get("sslmode") ?? undefined).toBe(sslmode);
  });

  it("is found by an ARN in the ARN's own region", async () => {
    vi.stubEnv("AWS_REGION", "us-east-1");
    expect(arn).toContain(`:${region}:`);
    expect(await fromEnvironment({ DATABASE_SECRET_ARN: arn })()).toContain("db.example");
    expect((await refusedBy({ DATABASE_SECRET_ID: "prod/db" })).message).toContain("ResourceNotFound");
  });

  it("is said to be missing in AWS' own word, with a way on", async () => {
    expect(await refusedBy({ DATABASE_SECRET_ARN: "prod/none" })).toMatchObject({
      message: expect.stringContaining("ResourceNotFoundException"),
      hint: expect.stringContaining("account and region"),
    });
    expect((await refusedBy({ DATABASE_URL_PARAMETER: "/none" })).message).toContain("ParameterNotFound");
  });

  it("is read through the SDK that only NODE_PATH leads to, as in Lambda's runtime", async () => {
    const folder = mkdtempSync(join(tmpdir(), "task-"));
    try {
      cpSync(join(dist, "handler.js"), join(folder, "handler.mjs"));
      writeFileSync(
        join(folder, "main.mjs"),
        'import { fromEnvironment } from "./handler.mjs"; console.log(await fromEnvironment()());',
      );
      const env = {
        ...process.env,
        NODE_PATH: fileURLToPath(new URL("../../../node_modules", import.meta.url)),
        DATABASE_SECRET_ARN: arn,
      };
      const run = (more: object) =>
        promisify(execFile)(process.execPath, ["main.mjs"], { cwd: folder, env: { ...env, ...more } });
      expect((await run({})).stdout.trim()).toBe(
        fixture.stored.find(({ name }: { name: string }) => name === "prod/db").text,
      );
      await expect(run({ NODE_PATH: "" })).rejects.toThrow(/@aws-sdk\/client-secrets-manager is not there/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("an AWS that does not give it", () => {
  it("is told apart: not allowed, not there at all", async () => {
    const denying = createServer((_, response) => {
      response.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
      response.end(
        JSON.stringify({
          __type: "AccessDeniedException",
          message: "User hunter2 is not authorized",
        }),
      );
    });
    const { port, close } = await listen(denying);
    setAws(`http://127.0.0.1:${port}`);
    const denied = await refusedBy({ DATABASE_SECRET_ARN: "prod/db" });
    expect(denied).toMatchObject({ message: expect.stringContaining("AccessDeniedException") });
    expect(denied.hint).toContain("secretsmanager:GetSecretValue");
    expect(JSON.stringify(denied)).not.toContain("hunter2");
    const parameter = await refusedBy({ DATABASE_URL_PARAMETER: "/db" });
    expect(parameter.hint).toContain("ssm:GetParameter");
    await close();
    setAws(`http://127.0.0.1:${await freePort()}`);
    expect((await refusedBy({ DATABASE_SECRET_ARN: "prod/db" })).hint).toContain("interface endpoint");
  });

  it("is waited for five seconds", { timeout: 60_000 }, async () => {
    const { port, close } = await listen(createServer(() => {}));
    setAws(`http://127.0.0.1:${port}`);
    const began = performance.now();
    expect((await refusedBy({ DATABASE_SECRET_ARN: "prod/db" })).message).toContain("within 5 s");
    expect(performance.now() - began).toBeLessThan(9_000);
    await close();
  });
});
