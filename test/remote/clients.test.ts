import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { clientSettings } from "../../src/remote/clients.js";
import { explainAwsError, neverReached } from "../../src/remote/errors.js";
import {
  type Answered,
  connectProxy,
  type Listening,
  listen,
  selfSigned,
  service,
} from "../support/loopback.js";
import { credentials, emptyAwsEnvironment, failureOf, invoke } from "./support.js";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "remote-clients-"));
  emptyAwsEnvironment(home);
  await mkdir(join(home, ".aws", "sso", "cache"), { recursive: true });
  // The SDK reads this file once a process.
  await writeFile(
    join(home, ".aws", "config"),
    `[profile static]
aws_access_key_id = AKIASTATICEXAMPLE000
aws_secret_access_key = static-secret
[profile with-mfa]
role_arn = arn:aws:iam::123456789012:role/from-profile
source_profile = static
mfa_serial = arn:aws:iam::123456789012:mfa/alice
[profile heir]
role_arn = arn:aws:iam::123456789012:role/from-profile
source_profile = gone
[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = dev
region = us-west-2
[sso-session corp]
sso_region = us-west-2
sso_start_url = https://corp.awsapps.com/start
[profile empty]
region = us-west-2
`,
  );
});
afterAll(() => rm(home, { recursive: true, force: true }));

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function start(server: Server): Promise<number> {
  const listening = await listen(server);
  open.push(listening);
  return listening.port;
}

/** Which access key signed a request. */
function signer(request: IncomingMessage): string {
  return /Credential=([^/]+)/.exec(request.headers.authorization ?? "")?.[1] ?? "nobody";
}

describe("proxies and certificates", () => {
  const host = "lambda.us-west-2.amazonaws.com";

  async function behindProxy() {
    const { key, cert, certFile } = await selfSigned(home, host);
    const port = await start(service(() => ({ body: '"done"' }), { key, cert }));
    const { server, tunnels } = connectProxy(port);
    return { proxy: await start(server), tunnels, certFile };
  }

  test("an https service is reached through one tunnel, its certificate trusted by AWS_CA_BUNDLE", async () => {
    const { proxy, tunnels, certFile } = await behindProxy();
    const env = { HTTPS_PROXY: `http://me:s%40crt@127.0.0.1:${proxy}`, AWS_CA_BUNDLE: certFile };
    const settings = clientSettings({ region: "us-west-2", credentials }, env);
    const client = new LambdaClient({ ...settings, maxAttempts: 1 });
    for (const _ of [1, 2]) {
      const answer = await client.send(new InvokeCommand({ FunctionName: "f" }));
      expect(answer.Payload?.transformToString()).toBe('"done"');
    }
    settings.requestHandler.destroy();
    expect(tunnels.map(({ url }) => url)).toEqual([`${host}:443`]);
    const basic = Buffer.from("me:s@crt").toString("base64");
    expect(tunnels[0]?.headers["proxy-authorization"]).toBe(`Basic ${basic}`);
  });

  test("without that certificate nothing is sent through the tunnel", async () => {
    const { proxy, tunnels } = await behindProxy();
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy}` };
    const error = await failureOf({ access: { credentials }, env });
    expect(tunnels).toHaveLength(1);
    expect(explainAwsError(error, { operation: "Invoke" }).hint).toContain("AWS_CA_BUNDLE");
    expect(neverReached(error)).toBe(true);
  });

  test("loopback and NO_PROXY are reached directly with a proxy set", async () => {
    const { proxy, tunnels } = await behindProxy();
    const port = await start(service(() => ({ body: '"direct"' })));
    const env = { ALL_PROXY: `http://127.0.0.1:${proxy}` };
    const access = { credentials, endpoint: `http://127.0.0.1:${port}` };
    expect(await invoke({ access, env })).toEqual({ payload: '"direct"' });
    expect(tunnels).toEqual([]);
  });

  test("an http service goes through an http proxy", async () => {
    const seen: (string | undefined)[] = [];
    const proxy = await start(
      service((request) => {
        seen.push(request.url);
        return { body: '"proxied"' };
      }),
    );
    const env = { HTTP_PROXY: `http://127.0.0.1:${proxy}` };
    const access = { credentials, endpoint: "http://vpce.example.com" };
    expect(await invoke({ access, env })).toEqual({ payload: '"proxied"' });
    expect(seen).toEqual(["http://vpce.example.com/2015-03-31/functions/f/invocations"]);
  });

  test.each([
    ["missing.pem", undefined, "does not exist"],
    ["empty.pem", "nothing here", "holds no PEM certificate"],
    ["broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "cannot be read"],
  ])("AWS_CA_BUNDLE=%s is an error before anything is sent", async (name, content, reason) => {
    const path = join(home, name);
    if (content !== undefined) await writeFile(path, content);
    const failed = await failureOf({ access: { credentials }, env: { AWS_CA_BUNDLE: path }, attempts: 3 });
    expect(failed).toMatchObject({
      code: "certificates_unreadable",
      message: expect.stringContaining(`${path}, ${reason}`),
    });
    expect(neverReached(failed)).toBe(true);
  });

  test("over plain http no certificate is asked for", async () => {
    const port = await start(service(() => ({ body: '"direct"' })));
    const access = { credentials, endpoint: `http://127.0.0.1:${port}` };
    const env = { AWS_CA_BUNDLE: join(home, "nowhere.pem") };
    expect(await invoke({ access, env })).toEqual({ payload: '"direct"' });
  });
});

test("no other client's idle timeout cuts off an invocation that is silent", async () => {
  const port = await start(
    service((request) => ({ afterMs: request.url?.includes("invocations") ? 400 : 0 })),
  );
  const settings = clientSettings(
    { region: "us-west-2", credentials, endpoint: `http://127.0.0.1:${port}` },
    {},
  );
  await new CloudWatchLogsClient(settings).send(new DescribeLogGroupsCommand());
  // What the clients of other services do on being made, here with 50 ms instead of their 300 s.
  const update = settings.requestHandler.updateHttpClientConfig as (key: unknown, value: unknown) => void;
  update(Symbol.for("@smithy/defaultSocketTimeout"), 50);
  const client = new LambdaClient({ ...settings, maxAttempts: 1 });
  const answer = await client.send(new InvokeCommand({ FunctionName: "f" }));
  expect(answer.StatusCode).toBe(200);
  settings.requestHandler.destroy();
});

describe("credentials", () => {
  const roleArn = "arn:aws:iam::123456789012:role/migrate";
  const mfaSerial = "arn:aws:iam::123456789012:mfa/alice";

  interface Assumed {
    by: string;
    role: string | null;
    code: string | null;
    serial: string | null;
  }

  /** One endpoint that is STS and Lambda; the access key that a role gives is made of its name. */
  async function fakeAws(lifetimeMs = 3_600_000, rightCode = "123456") {
    const assumed: Assumed[] = [];
    const invokedBy: string[] = [];
    const answer = (request: IncomingMessage, body: string): Answered => {
      if (!body.includes("Action=AssumeRole")) {
        invokedBy.push(signer(request));
        return { body: '"done"', headers: { "content-type": "application/json" } };
      }
      const form = new URLSearchParams(body);
      const role = form.get("RoleArn");
      assumed.push({
        by: signer(request),
        role,
        code: form.get("TokenCode"),
        serial: form.get("SerialNumber"),
      });
      const xml = { "content-type": "text/xml" };
      if (form.has("SerialNumber") && form.get("TokenCode") !== rightCode) {
        const message = "MultiFactorAuthentication failed with invalid MFA one time pass code.";
        return {
          status: 403,
          headers: xml,
          body: `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`,
        };
      }
      const expiration = new Date(Date.now() + lifetimeMs).toISOString();
      const key = `ASIA${role?.split("/")[1]}`;
      return {
        headers: xml,
        body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      };
    };
    const endpoint = `http://127.0.0.1:${await start(service(answer))}`;
    return { endpoint, assumed, invokedBy };
  }

  test("a profile's keys sign", async () => {
    const { endpoint, invokedBy } = await fakeAws();
    await invoke({ access: { endpoint, profile: "static" } });
    expect(invokedBy).toEqual(["AKIASTATICEXAMPLE000"]);
  });

  test("a role is assumed over the profile, the MFA code asked once for all clients and requests", async () => {
    const { endpoint, assumed, invokedBy } = await fakeAws();
    const asked: string[] = [];
    const askMfaCode = async (serial: string) => {
      asked.push(serial);
      return "123456";
    };
    const access = { region: "us-west-2", endpoint, profile: "static", roleArn, mfaSerial };
    const settings = clientSettings(access, {}, { askMfaCode });
    const clients = [1, 2].map(() => new LambdaClient(settings));
    for (const _ of [1, 2]) {
      await Promise.all(clients.map((client) => client.send(new InvokeCommand({ FunctionName: "f" }))));
    }
    settings.requestHandler.destroy();
    expect(asked).toEqual([mfaSerial]);
    expect(assumed).toEqual([
      { by: "AKIASTATICEXAMPLE000", role: roleArn, code: "123456", serial: mfaSerial },
    ]);
    expect(invokedBy).toEqual(Array(4).fill("ASIAmigrate"));
  });

  test("a wrong code is told as such, and the next request asks again", async () => {
    const { endpoint, assumed } = await fakeAws();
    const codes = ["000000", "123456"];
    const askMfaCode = async () => codes.shift() ?? "";
    const access = { region: "us-west-2", endpoint, profile: "static", roleArn, mfaSerial };
    const settings = clientSettings(access, {}, { askMfaCode });
    const client = new LambdaClient(settings);
    const send = () => client.send(new InvokeCommand({ FunctionName: "f" }));
    const error = await send().catch((thrown: unknown) => thrown);
    expect(explainAwsError(error, { operation: "Invoke" }).code).toBe("mfa_required");
    await send();
    settings.requestHandler.destroy();
    expect(assumed.map(({ code }) => code)).toEqual(["000000", "123456"]);
  });

  test("credentials about to expire are renewed", async () => {
    const { endpoint, assumed } = await fakeAws(60_000);
    const settings = clientSettings({ region: "us-west-2", endpoint, profile: "static", roleArn }, {});
    const client = new LambdaClient(settings);
    await client.send(new InvokeCommand({ FunctionName: "f" }));
    const before = assumed.length;
    await client.send(new InvokeCommand({ FunctionName: "f" }));
    settings.requestHandler.destroy();
    expect(before).toBeGreaterThan(0);
    expect(assumed.length).toBeGreaterThan(before);
  });

  test("a profile whose role wants MFA needs a terminal", async () => {
    const { endpoint } = await fakeAws();
    const error = await failureOf({ access: { endpoint, profile: "with-mfa" } });
    expect(explainAwsError(error, { operation: "Invoke", profile: "with-mfa" }).code).toBe("mfa_required");
    expect(neverReached(error)).toBe(true);
  });

  test.each([
    ["nobody", "profile_not_found", "aws configure list-profiles"],
    ["empty", "profile_not_found", "aws configure list-profiles"],
    ["sso", "credentials_expired", "aws sso login --profile sso"],
  ])("profile %s: %s", async (profile, code, hint) => {
    const { endpoint, invokedBy } = await fakeAws();
    const cache = createHash("sha1").update("corp").digest("hex");
    const token = { accessToken: "hunter2", expiresAt: "2020-01-01T00:00:00Z" };
    await writeFile(join(home, ".aws", "sso", "cache", `${cache}.json`), JSON.stringify(token));
    const error = await failureOf({ access: { endpoint, profile } });
    const told = explainAwsError(error, { operation: "Invoke", profile });
    expect(told).toMatchObject({ code, hint: expect.stringContaining(hint) });
    expect(told.message).not.toContain("hunter2");
    expect(neverReached(error)).toBe(true);
    expect(invokedBy).toEqual([]);
  });

  test("a profile that builds on one that is not there: the one that is missing is named", async () => {
    const { endpoint } = await fakeAws();
    const error = await failureOf({ access: { endpoint, profile: "heir" } });
    expect(explainAwsError(error, { operation: "Invoke", profile: "heir" })).toMatchObject({
      code: "profile_not_found",
      message: expect.stringContaining("There is no profile gone, which profile heir builds on, with"),
    });
  });

  test("nothing said and nothing there", async () => {
    const { endpoint } = await fakeAws();
    const error = await failureOf({ access: { endpoint } });
    expect(explainAwsError(error, { operation: "Invoke" })).toMatchObject({
      code: "credentials_missing",
      message: expect.stringContaining("Nothing was sent."),
    });
    expect(neverReached(error)).toBe(true);
  });

  test("no region anywhere", async () => {
    const settings = clientSettings({ credentials }, {});
    const client = new LambdaClient(settings);
    const error = await client
      .send(new InvokeCommand({ FunctionName: "f" }))
      .catch((thrown: unknown) => thrown);
    expect(explainAwsError(error, { operation: "Invoke" }).code).toBe("region_missing");
    expect(neverReached(error)).toBe(true);
  });
});
