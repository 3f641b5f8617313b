import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  PublishVersionCommand,
} from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployProject } from "../support/deploy-project.js";
import { startMoto } from "../support/moto.js";
import { hasTool } from "../support/tools.js";

const region = "eu-west-1";

// A Lambda that nobody here wrote. It runs no function, so the contract is one that is never asked.
describe.skipIf(!hasTool("moto_server"))("deploying to moto", () => {
  let moto: Awaited<ReturnType<typeof startMoto>>;
  let project: Awaited<ReturnType<typeof deployProject>>;
  let lambda: LambdaClient;

  beforeAll(async () => {
    moto = await startMoto();
    const stage = { endpoint: moto.endpoint, region };
    project = await deployProject(moto.endpoint, {
      contract: "empty-event",
      stages: {
        dev: stage,
        prod: { ...stage, account: "123456789012", function: "shop-api-migrate-lambda-dev:live" },
        nowhere: stage,
      },
    });
    const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "hunter2hunter2" };
    lambda = new LambdaClient({ endpoint: moto.endpoint, region, credentials });
    await createRole(moto.endpoint);
    const packed = await project.cli(["deploy", "--out", "first.zip"]);
    expect(packed.exitCode, packed.stderr).toBe(0);
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "shop-api-migrate-lambda-dev",
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Role: "arn:aws:iam::123456789012:role/lambda",
        Architectures: ["arm64"],
        Code: { ZipFile: await readFile(join(project.cwd, "first.zip")) },
      }),
    );
  });
  afterAll(async () => {
    lambda.destroy();
    await project.dispose();
    await moto.close();
  });

  const deployed = () =>
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName: "shop-api-migrate-lambda-dev" }));

  test("the same zip has the same CodeSha256 there and here, and another one replaces it", async () => {
    const unchanged = await project.cli(["deploy", "--json"]);
    expect(unchanged.json(), unchanged.stderr).toMatchObject({ outcome: "unchanged", exitCode: 0 });
    await project.write({ "migrations/003_more.sql": "SELECT 1;" });
    const end = await project.cli(["deploy", "--json"]);
    expect(end.json(), end.stderr).toMatchObject({ outcome: "deployed", exitCode: 0 });
    const { CodeSha256, Architectures } = await deployed();
    await project.cli(["deploy", "--out", "second.zip"]);
    const zip = await readFile(join(project.cwd, "second.zip"));
    expect(CodeSha256).toBe(createHash("sha256").update(zip).digest("base64"));
    expect(end.json().codeSha256).toBe(CodeSha256);
    expect(Architectures).toEqual(["arm64"]);
  });

  test("a version is published, and the alias of a protected stage moved to it", async () => {
    const FunctionName = "shop-api-migrate-lambda-dev";
    const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName }));
    await lambda.send(new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: Version }));
    await project.write({ "migrations/004_more.sql": "SELECT 1;" });
    const end = await project.cli(["deploy", "--stage", "prod", "--confirm", "--json"]);
    expect(end.json(), end.stderr).toMatchObject({ outcome: "deployed", alias: "live", exitCode: 0 });
    const live = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: "live" }));
    expect(live).toMatchObject({ Version: end.json().version, CodeSha256: end.json().codeSha256 });
    expect(end.json().version).not.toBe(Version);
  });

  test("a function that is not there is named, and nothing is built for it", async () => {
    const end = await project.cli(["deploy", "--stage", "nowhere", "--json"]);
    expect(end.json()).toMatchObject({ error: { code: "function_not_found" }, exitCode: 1 });
    expect(end.json().error.message).toContain("shop-api-migrate-lambda-nowhere");
  });
});

/** moto wants the function's role to exist. */
async function createRole(endpoint: string): Promise<void> {
  const body = new URLSearchParams({
    Action: "CreateRole",
    Version: "2010-05-08",
    RoleName: "lambda",
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    }),
  });
  const authorization =
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=00";
  const answer = await fetch(endpoint, { method: "POST", body, headers: { authorization } });
  if (!answer.ok) throw new Error(await answer.text());
}
