import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { connectProxy, type Listening, listen, selfSigned, service } from "../support/loopback.js";
import { startMoto } from "../support/moto.js";
import { hasTool } from "../support/tools.js";

// What a person meets before AWS has answered once: the built program, real files, real sockets, and nothing of this machine's own.
const bin = fileURLToPath(new URL("../../bin/migrate-remote.js", import.meta.url));
const keys = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "hunter2-key" };
const region = "us-west-2";

let cwd: string;
let home: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "migrate-remote-credentials-"));
  home = join(cwd, "home");
  await mkdir(join(home, ".aws", "sso", "cache"), { recursive: true });
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});
async function start(server: Server): Promise<number> {
  const listening = await listen(server);
  open.push(listening);
  return listening.port;
}

interface Told {
  exitCode: number;
  code: string;
  message: string;
  hint: string;
  /** Everything that was printed, in all forms. */
  all: string;
  tookMs: number;
}

/** The command as people run it and as a program does, which say the same; neither shows a secret or a stack trace. */
async function told(
  argv: string[],
  stage: Record<string, unknown>,
  env: Record<string, string> = {},
): Promise<Told> {
  const config = { project: "shop", contract: "migrate-remote", stages: { dev: stage } };
  await writeFile(join(cwd, ".migraterc.json"), JSON.stringify(config));
  const began = performance.now();
  const [plain, json] = await Promise.all([built(argv, env), built([...argv, "--json", "--verbose"], env)]);
  const tookMs = performance.now() - began;
  const { error, exitCode } = JSON.parse(json.stdout);
  expect([plain.exitCode, json.exitCode]).toEqual([exitCode, exitCode]);
  const all = plain.stdout + plain.stderr + json.stdout + json.stderr;
  expect(all).not.toContain("hunter2");
  expect(plain.stdout + plain.stderr).not.toMatch(/^\s+at .+:\d+:\d+/m);
  expect(plain.stderr.replace(/\s+/g, " ")).toContain(error.message.replace(/\s+/g, " "));
  return { exitCode, code: error.code, message: error.message, hint: error.hint, all, tookMs };
}

function built(argv: string[], env: Record<string, string>) {
  return new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
    const options = {
      cwd,
      env: { PATH: process.env.PATH, HOME: home, AWS_EC2_METADATA_DISABLED: "true", ...env },
    };
    execFile(process.execPath, [bin, ...argv], options, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const proxied = (port: number) => ({ ...keys, HTTPS_PROXY: `http://me:hunter2@127.0.0.1:${port}` });

describe("a session that is over", () => {
  /** A profile of AWS IAM Identity Center whose token in the cache is this one. */
  async function profile(lines: string[], cachedAs: string, token: Record<string, string> | undefined) {
    const common = ["sso_account_id = 123456789012", "sso_role_name = dev", `region = ${region}`];
    await writeFile(join(home, ".aws", "config"), ["[profile ops]", ...common, ...lines].join("\n"));
    const file = join(
      home,
      ".aws",
      "sso",
      "cache",
      `${createHash("sha1").update(cachedAs).digest("hex")}.json`,
    );
    if (token === undefined) await rm(file, { force: true });
    else await writeFile(file, JSON.stringify({ accessToken: "hunter2", ...token }));
  }
  const startUrl = `sso_start_url = https://corp.awsapps.com/start\nsso_region = ${region}`;
  const session = ["sso_session = corp", "[sso-session corp]", startUrl];
  const over = "2020-01-01T00:00:00Z";
  const renewable = {
    refreshToken: "hunter2-refresh",
    clientId: "client",
    clientSecret: "hunter2-client",
    registrationExpiresAt: "2099-01-01T00:00:00Z",
  };

  test.each([
    ["of an sso-session", session, "corp", { expiresAt: over }],
    ["of an sso-session, never begun", session, "corp", undefined],
    ["of an older profile", [startUrl], "https://corp.awsapps.com/start", { expiresAt: over }],
    [
      "of an sso-session that could be renewed, with no way to where",
      session,
      "corp",
      { expiresAt: over, ...renewable },
    ],
  ])("%s", async (_, lines, cachedAs, token) => {
    await profile(lines, cachedAs, token);
    // Nothing of ours may leave this machine, and a proxy that is not there sees to it.
    const env = { HTTPS_PROXY: "http://127.0.0.1:1" };
    const end = await told(["status"], { region, profile: "ops" }, env);
    expect(end).toMatchObject({ exitCode: 1, code: "credentials_expired" });
    expect(end.message).toContain("of profile ops are expired or no longer valid");
    expect(end.hint).toBe("Run `aws sso login --profile ops`, then the same command again.");
  });

  test("that AWS refuses to renew: asked for through the proxy, its certificate trusted", async () => {
    await profile(session, "corp", { expiresAt: over, ...renewable });
    const { key, cert, certFile } = await selfSigned(cwd, `oidc.${region}.amazonaws.com`);
    const refusal = JSON.stringify({
      error: "invalid_grant",
      error_description: "Invalid refresh token hunter2",
    });
    const port = await start(
      service(
        () => ({ status: 400, headers: { "x-amzn-errortype": "InvalidGrantException" }, body: refusal }),
        {
          key,
          cert,
        },
      ),
    );
    const { server, tunnels } = connectProxy(port);
    const env = { HTTPS_PROXY: `http://127.0.0.1:${await start(server)}`, AWS_CA_BUNDLE: certFile };
    const end = await told(["status"], { region, profile: "ops" }, env);
    expect(new Set(tunnels.map(({ url }) => url))).toEqual(new Set([`oidc.${region}.amazonaws.com:443`]));
    expect(end).toMatchObject({ exitCode: 1, code: "credentials_expired" });
    expect(end.hint).toContain("`aws sso login --profile ops`");
  });

  test("of `aws login`", async () => {
    const config = `[profile ops]\nlogin_session = arn:aws:iam::123456789012:user/me\nregion = ${region}\n`;
    await writeFile(join(home, ".aws", "config"), config);
    const end = await told(["status"], { region, profile: "ops" });
    expect(end).toMatchObject({ exitCode: 1, code: "credentials_expired" });
    expect(end.message).toBe(
      "The credentials of profile ops are expired or no longer valid: there is no session.",
    );
    expect(end.hint).toBe("Run `aws login --profile ops`, then the same command again.");
  });
});

test("no credentials anywhere", async () => {
  await rm(join(home, ".aws", "config"), { force: true });
  const end = await told(["status"], { region });
  expect(end).toMatchObject({ exitCode: 1, code: "credentials_missing" });
  expect(end.message).toContain("Nothing was sent.");
  expect(end.hint).toContain("aws sso login");
});

describe("a region", () => {
  test("that nobody says", async () => {
    const end = await told(["status"], {}, keys);
    expect(end).toMatchObject({ exitCode: 2, code: "region_missing" });
    expect(end.hint).toContain("--region NAME");
  });

  test("that there is none of is named", async () => {
    const end = await told(["status"], { region: "us-wset-2" }, keys);
    expect(end).toMatchObject({ exitCode: 1, code: "network" });
    expect(end.message).toMatch(
      /could not reach AWS in us-wset-2: (its name does not resolve|the name server)/,
    );
    expect(end.hint).toContain("Check that us-wset-2 is a region (--region, or `region`)");
    expect(end.hint).toContain("`curl -v https://lambda.us-wset-2.amazonaws.com`");
  });
});

describe("another account than the stage's", () => {
  const stage = { region, account: "999999999999" };

  /** STS and Lambda at one address; gives what was asked. */
  async function fakeAws() {
    const asked: string[] = [];
    const xml = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
    const port = await start(
      service((request, body) => {
        const what = /Action=(\w+)/.exec(body)?.[1];
        asked.push(what ?? request.url ?? "");
        if (what !== undefined) return { headers: { "content-type": "text/xml" }, body: xml };
        return {
          status: 404,
          headers: { "x-amzn-errortype": "ResourceNotFoundException" },
          body: '{"Message":"Function not found"}',
        };
      }),
    );
    return { endpoint: `http://127.0.0.1:${port}`, asked };
  }

  test.each([["run"], ["fix-history"]])("%s asks who it is, and then nothing more", async (command) => {
    const { endpoint, asked } = await fakeAws();
    const end = await told([command], { ...stage, endpoint }, keys);
    expect(end).toMatchObject({ exitCode: 5, code: "wrong_account" });
    expect(end.message).toBe(
      "Stage dev belongs to AWS account 999999999999; these credentials are of account 123456789012. Nothing was sent.",
    );
    expect(end.hint).toContain("--profile NAME");
    expect(end.hint).toContain("aws configure list-profiles");
    expect(new Set(asked)).toEqual(new Set(["GetCallerIdentity"]));
  });

  test.skipIf(!hasTool("moto_server"))("as an AWS says it that nobody here wrote", async () => {
    const moto = await startMoto();
    try {
      const end = await told(["run"], { ...stage, endpoint: moto.endpoint }, keys);
      expect(end).toMatchObject({ exitCode: 5, code: "wrong_account" });
    } finally {
      await moto.close();
    }
  });
});

describe("a proxy in between", () => {
  const seen = `curl -v https://lambda.${region}.amazonaws.com`;

  function refusing(status: string, body: string): Server {
    const proxy = connectProxy(1).server.removeAllListeners("connect");
    const head = `HTTP/1.1 ${status}\r\ncontent-type: text/html\r\ncontent-length: ${body.length}\r\n\r\n`;
    return proxy.on("connect", (_, socket) => socket.end(head + body));
  }

  /** What a proxy leads to that looks into TLS, or a network that wants a log-in first. */
  async function intercepting(answer: Parameters<typeof service>[0]) {
    const { key, cert, certFile } = await selfSigned(cwd, `lambda.${region}.amazonaws.com`);
    let requests = 0;
    const counted: typeof answer = (request, body) => {
      requests += 1;
      return answer(request, body);
    };
    const { server } = connectProxy(await start(service(counted, { key, cert })));
    return { env: proxied(await start(server)), certFile, requests: () => requests };
  }

  test("that is not there", async () => {
    const end = await told(["run"], { region }, proxied(1));
    expect(end).toMatchObject({ exitCode: 1, code: "network" });
    expect(end.message).toContain("the proxy opened no tunnel (connect ECONNREFUSED 127.0.0.1:1)");
    expect(end.hint).toContain("HTTPS_PROXY");
    expect(end.hint).toContain(seen);
  });

  test.each([
    ["407 Proxy Authentication Required", "", "status 407 (it wants a user and a password, or others)"],
    ["403 Forbidden", "<html>hunter2</html>", "status 403 (it does not let this address through)"],
    ["502 Bad Gateway", "<html>", "status 502"],
  ])("that answers %s", async (status, body, said) => {
    const end = await told(["run"], { region }, proxied(await start(refusing(status, body))));
    expect(end).toMatchObject({ exitCode: 1, code: "network" });
    expect(end.message).toContain(`the proxy refused the tunnel with ${said}. Nothing was sent.`);
    expect(end.hint).toContain("HTTPS_PROXY");
    expect(end.hint).toContain(seen);
  });

  test("that looks into TLS with a certificate of its own: nothing is sent, and its name is asked for", async () => {
    const { env, requests } = await intercepting(() => ({ body: "{}" }));
    const end = await told(["run"], { region }, env);
    expect(end).toMatchObject({ exitCode: 1, code: "network" });
    expect(end.message).toContain(
      "its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT). Nothing was sent.",
    );
    expect(end.hint).toContain("`export AWS_CA_BUNDLE=FILE` (or NODE_EXTRA_CA_CERTS)");
    expect(requests()).toBe(0);
  });

  test("that never answers: given up within seconds, and meanwhile it is said what for", {
    timeout: 60_000,
  }, async () => {
    const hanging = createTcpServer((socket: Socket) => socket.resume());
    const end = await told(["run"], { region }, proxied(await start(hanging)));
    expect(end).toMatchObject({ exitCode: 1, code: "network" });
    expect(end.message).toContain(
      "the proxy opened no tunnel (it did not answer in time). Nothing was sent.",
    );
    expect(end.all).toContain("AWS does not answer yet what shop-api-migrate-lambda-dev is");
    expect(end.hint).toContain(seen);
    // The tunnel has ten seconds; the rest is a busy machine's.
    expect(end.tookMs).toBeLessThan(40_000);
  });

  test.each([
    [
      "a page",
      { status: 200, headers: { "content-type": "text/html" }, body: "<html>log in, hunter2</html>" },
    ],
    ["a way to a page", { status: 302, headers: { location: "http://portal.example/" }, body: "" }],
    [
      "a page that forbids",
      { status: 403, headers: { "content-type": "text/html" }, body: "<html>no</html>" },
    ],
  ])(
    "a network that wants a log-in first and answers %s: no function was asked to do anything",
    async (_, answer) => {
      const invoked: string[] = [];
      const { env, certFile } = await intercepting(({ url = "" }) => {
        if (url.includes("/invocations")) invoked.push(url);
        return answer;
      });
      const end = await told(["run"], { region }, { ...env, AWS_CA_BUNDLE: certFile });
      expect(end).toMatchObject({ exitCode: 1, code: "other" });
      expect(end.message).toBe(
        `What answered lambda:GetFunctionConfiguration with status ${answer.status} does not speak the protocol of AWS.`,
      );
      expect(end.hint).toContain("log in in a browser first");
      expect(end.hint).toContain(seen);
      expect(invoked).toEqual([]);
    },
  );

  test("NO_PROXY goes past it", async () => {
    const { server, tunnels } = connectProxy(1);
    const env = { ...proxied(await start(server)), NO_PROXY: ".invalid" };
    const end = await told(["status"], { region, endpoint: "https://lambda.invalid" }, env);
    expect(end).toMatchObject({ exitCode: 1, code: "network" });
    expect(end.message).toMatch(
      /could not reach https:\/\/lambda\.invalid in us-west-2: (its name does not|the name server)/,
    );
    expect(tunnels).toEqual([]);
  });

  test.each([
    [
      "HTTPS_PROXY",
      "socks5://me:hunter2@proxy:1080",
      "proxy_invalid",
      "HTTPS_PROXY=http://proxy.example.com:3128",
    ],
    ["AWS_CA_BUNDLE", "/nowhere/company.pem", "certificates_unreadable", "AWS_CA_BUNDLE"],
  ])("%s=%s is turned down before anything is sent", async (name, value, code, hint) => {
    const end = await told(["run"], { region }, { ...keys, [name]: value });
    expect(end).toMatchObject({ exitCode: 2, code });
    expect(end.message).toContain("Nothing was sent.");
    expect(end.hint).toContain(hint);
  });
});
