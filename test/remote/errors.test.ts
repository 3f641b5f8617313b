import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:https";
import { createServer as createTcpServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { explainAwsError, neverReached, RemoteError } from "../../src/remote/errors.js";
import { TunnelAgent } from "../../src/remote/tunnel.js";
import { connectProxy, type Listening, listen, selfSigned, service } from "../support/loopback.js";
import { credentials, emptyAwsEnvironment, failureOf } from "./support.js";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "remote-errors-"));
  emptyAwsEnvironment(directory);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function start(server: Server): Promise<number> {
  const listening = await listen(server);
  open.push(listening);
  return listening.port;
}

const context = { operation: "Invoke", functionName: "f", region: "us-west-2", profile: "ops" };
const at = (endpoint: string) => ({ access: { endpoint, credentials } });

describe("the network", () => {
  test.each([
    ["refused", "http://127.0.0.1:1", "the connection was refused"],
    ["refused at every address of a name", "http://localhost:1", "the connection was refused"],
    ["a name that does not resolve", "http://nowhere.invalid", /its name does not resolve|name server/],
  ])("%s: nothing was sent", async (_, endpoint, reason) => {
    const error = await failureOf(at(endpoint));
    const told = explainAwsError(error, { ...context, endpoint });
    expect(told).toMatchObject({ code: "network", message: expect.stringMatching(reason) });
    expect(told.message).toContain(`Invoke could not reach ${endpoint} in us-west-2`);
    expect(told.message).toContain("Nothing was sent.");
    expect(told.cause).toBe(error);
    expect(neverReached(error)).toBe(true);
    expect(neverReached(told)).toBe(true);
  });

  test.each([
    ["reset", (socket: import("node:net").Socket) => socket.resetAndDestroy(), "the connection was cut"],
    ["closed", (socket: import("node:net").Socket) => socket.end(), "the connection was cut"],
  ])("%s after the request came: it may have arrived", async (_, cut, reason) => {
    let received = 0;
    const port = await start(
      createTcpServer((socket) =>
        socket.once("data", (data) => {
          received += data.length;
          cut(socket);
        }),
      ),
    );
    const error = await failureOf(at(`http://127.0.0.1:${port}`));
    expect(received).toBeGreaterThan(0);
    expect(explainAwsError(error, context)).toMatchObject({
      code: "network",
      message: expect.stringContaining(`${reason}. Whether the request arrived is not known`),
    });
    expect(neverReached(error)).toBe(false);
  });

  test("no answer in the time that the caller gave: it may have arrived", async () => {
    const port = await start(createTcpServer(() => {}));
    const error = await failureOf({ ...at(`http://127.0.0.1:${port}`), timeoutMs: 200 });
    expect(explainAwsError(error, context).message).toContain("the answer did not come in time");
    expect(neverReached(error)).toBe(false);
  });

  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "a certificate not trusted under %s: not one byte was sent",
    async (version) => {
      const { key, cert } = await selfSigned(directory, `lambda.${version}.example`);
      let received = 0;
      const server = createTlsServer({ key, cert, minVersion: version, maxVersion: version }, (socket) => {
        socket.on("error", () => {});
        socket.on("data", (data: Buffer) => {
          received += data.length;
        });
      });
      const gone = new Promise<void>((resolve) => {
        server.on("connection", (socket) => socket.on("close", () => resolve()));
      });
      const port = await start(server);
      const error = await failureOf(at(`https://127.0.0.1:${port}`));
      await gone;
      expect(received).toBe(0);
      expect(neverReached(error)).toBe(true);
      const told = explainAwsError(error, context);
      expect(told.message).toContain("its certificate is not trusted");
      expect(told.hint).toContain("AWS_CA_BUNDLE");
    },
  );

  test("a certificate of another name, trusted", async () => {
    const { key, cert, certFile } = await selfSigned(directory, "other.example");
    const port = await start(createTlsServer({ key, cert }));
    const env = { AWS_CA_BUNDLE: certFile };
    const error = await failureOf({ ...at(`https://127.0.0.1:${port}`), env });
    expect(explainAwsError(error, context).message).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(neverReached(error)).toBe(true);
  });

  test("https to a server that speaks http", async () => {
    const port = await start(service(() => ({})));
    const error = await failureOf(at(`https://127.0.0.1:${port}`));
    const told = explainAwsError(error, context);
    expect(told.message).toContain("does not speak TLS");
    expect(told.message).not.toContain("openssl");
    expect(neverReached(error)).toBe(true);
  });

  test("a connection cut during the handshake", async () => {
    const port = await start(createTcpServer((socket) => socket.once("data", () => socket.end())));
    const error = await failureOf(at(`https://127.0.0.1:${port}`));
    expect(explainAwsError(error, context).message).toContain("during the TLS handshake");
    expect(neverReached(error)).toBe(true);
  });

  test("a client certificate refused under TLS 1.3 comes after the request and proves nothing", async () => {
    const { key, cert, certFile } = await selfSigned(directory, "127.0.0.1");
    const server = createTlsServer({ key, cert, requestCert: true });
    server.on("tlsClientError", () => {});
    const port = await start(server);
    const env = { AWS_CA_BUNDLE: certFile };
    const error = await failureOf({ ...at(`https://127.0.0.1:${port}`), env });
    expect(neverReached(error)).toBe(false);
    expect(explainAwsError(error, context).code).toBe("network");
  });

  test("several attempts prove nothing", async () => {
    const error = await failureOf({ ...at("http://127.0.0.1:1"), attempts: 2 });
    expect(error).toMatchObject({ code: "ECONNREFUSED", $metadata: { attempts: 2 } });
    expect(neverReached(error)).toBe(false);
  });

  test("every address of a name must have failed before anything was sent", () => {
    const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED", syscall: "connect" });
    const reset = Object.assign(new Error("read"), { code: "ECONNRESET", syscall: "read" });
    const all = (...errors: Error[]) => Object.assign(new AggregateError(errors), { code: "ECONNREFUSED" });
    expect(neverReached(all(refused, refused))).toBe(true);
    expect(neverReached(all(refused, reset))).toBe(false);
    expect(explainAwsError(all(refused, refused), context).message).toContain("the connection was refused");
  });
});

describe("a proxy", () => {
  const lambda = { access: { credentials } };
  const told = async (port: number) => {
    const error = await failureOf({ ...lambda, env: { HTTPS_PROXY: `http://me:hunter2@127.0.0.1:${port}` } });
    return { error, told: explainAwsError(error, context) };
  };

  test("that refuses the tunnel is an error of the proxy, not an answer of the service", async () => {
    const proxy = connectProxy(1).server.removeAllListeners("connect");
    proxy.on("connect", (_, socket) => {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\n{}");
    });
    const { error, told: refused } = await told(await start(proxy));
    expect(refused).toMatchObject({
      code: "network",
      message: expect.stringContaining("refused the tunnel with status 407"),
    });
    expect(refused.hint).toContain("HTTPS_PROXY");
    expect(neverReached(error)).toBe(true);
  });

  test.each([
    ["is not there", undefined],
    ["hangs up", (socket: import("node:net").Socket) => socket.end()],
    ["resets", (socket: import("node:net").Socket) => socket.resetAndDestroy()],
  ])("that %s", async (_, cut) => {
    const port =
      cut === undefined
        ? 1
        : await start(createTcpServer((socket) => socket.once("data", () => cut(socket))));
    const { error, told: failed } = await told(port);
    expect(failed.message).toContain("the proxy opened no tunnel");
    expect(`${failed.message}${failed.hint}`).not.toContain("hunter2");
    expect(neverReached(error)).toBe(true);
  });
});

test("a proxy that never answers is given up, its socket closed so that the process can end", async () => {
  const proxy = createTcpServer((socket) => socket.resume());
  const closed = new Promise<void>((resolve) => {
    proxy.on("connection", (socket) => socket.on("close", () => resolve()));
  });
  const agent = new TunnelAgent(new URL(`http://127.0.0.1:${await start(proxy)}`), {}, {}, 100);
  const error = await new Promise<Error>((resolve) => {
    request({ host: "lambda.us-west-2.amazonaws.com", agent }).on("error", resolve).end();
  });
  await closed;
  expect(error.message).toBe("the proxy opened no tunnel (it did not answer in time)");
  expect(neverReached(error)).toBe(true);
});

describe("what a service answers", () => {
  test.each([
    [
      404,
      "ResourceNotFoundException",
      "Function not found: arn:aws:lambda:us-west-2:1:function:f",
      "function_not_found",
    ],
    [
      403,
      "AccessDeniedException",
      "User: arn:aws:iam::1:user/u is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-west-2:1:function:f because no",
      "access_denied",
    ],
    [
      403,
      "ExpiredTokenException",
      "The security token included in the request is expired",
      "credentials_expired",
    ],
    [
      403,
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
      "credentials_invalid",
    ],
    [429, "TooManyRequestsException", "Rate Exceeded.", "throttled"],
    [413, "RequestTooLargeException", "6297655 byte payload is too large", "payload_too_large"],
    [409, "ResourceConflictException", "An update is in progress", "function_not_ready"],
    [502, "ResourceNotReadyException", "The function is Inactive", "function_not_ready"],
    [500, "ServiceException", "Internal", "service_error"],
    [400, "InvalidParameterValueException", "token=hunter2 is no value", "other"],
  ])("%i %s", async (status, type, message, code) => {
    const headers = { "x-amzn-errortype": type, "content-type": "application/json" };
    const port = await start(
      service(() => ({ status, headers, body: JSON.stringify({ message, Message: message }) })),
    );
    const error = await failureOf(at(`http://127.0.0.1:${port}`));
    const told = explainAwsError(error, context);
    expect(told.code).toBe(code);
    expect(told.message).not.toMatch(/\n|hunter2|undefined/);
    expect(told.hint).not.toMatch(/undefined/);
    expect(neverReached(error)).toBe(false);
    expect(told.message).toMatch(/f in us-west-2|Nothing was executed|not executed|Invoke|profile ops/);
  });

  test("a function that is not there: its name, region and where to look", () => {
    const error = Object.assign(new Error("Function not found"), { name: "ResourceNotFoundException" });
    const told = explainAwsError(error, context);
    expect(told.message).toContain("There is no function f in us-west-2");
    expect(told.hint).toContain("`function`");
    expect(explainAwsError(new Error("log group"), context).code).toBe("other");
  });

  test("what is denied is named", () => {
    const message =
      "User: u is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:x";
    const told = explainAwsError(Object.assign(new Error(message), { name: "AccessDenied" }), context);
    expect(told.message).toContain("lambda:InvokeFunction on arn:aws:lambda:x");
    expect(told.hint).toContain("--profile ops");
  });

  test.each([
    ["The SSO session associated with this profile has expired. To refresh …", "aws sso login --profile ops"],
    ["UnauthorizedException: Session token not found or invalid", "aws sso login --profile ops"],
    [
      "Failed to load a token for session x, please re-authenticate using aws login",
      "aws login --profile ops",
    ],
  ])("a session that is over, as the SDK says it: %s", (message, hint) => {
    const error = Object.assign(new Error(message), { name: "CredentialsProviderError" });
    const told = explainAwsError(error, context);
    expect(told).toMatchObject({ code: "credentials_expired", hint: expect.stringContaining(`\`${hint}\``) });
  });

  test("HTML of a gateway", async () => {
    const port = await start(
      service(() => ({ status: 502, headers: { "content-type": "text/html" }, body: "<html>" })),
    );
    const told = explainAwsError(await failureOf(at(`http://127.0.0.1:${port}`)), context);
    expect(told).toMatchObject({ code: "service_error", message: expect.stringContaining("(502)") });
  });

  test("anything thrown becomes an error without secrets or line breaks", () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        const told = explainAwsError(thrown, context);
        expect(told).toBeInstanceOf(RemoteError);
        expect(told.message).not.toBe("");
        expect(typeof neverReached(thrown)).toBe("boolean");
      }),
    );
    const told = explainAwsError(new Error("postgresql://u:hunter2@h/db\nfailed"), { operation: "Invoke" });
    expect(told.message).not.toMatch(/hunter2|\n/);
    expect(explainAwsError(told, context)).toBe(told);
  });
});
