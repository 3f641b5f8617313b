import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Answered, type Listening, listen, service } from "../support/loopback.js";
import { runCli } from "../support/run-cli.js";

const report = {
  operation: "status",
  success: true,
  state: "up_to_date",
  current_revisions: ["001_a"],
  head_revisions: ["001_a"],
  migrations: [],
  problems: [],
};
const conflict: Answered = {
  status: 409,
  headers: { "x-amzn-errortype": "ResourceConflictException" },
  body: JSON.stringify({ Message: "The function is waking up" }),
};

let cwd: string;
let server: Listening;
const credentials = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "migrate-remote-ready-"));
  Object.assign(process.env, credentials);
});
afterEach(async () => {
  for (const name of Object.keys(credentials)) delete process.env[name];
  await server.close();
  await rm(cwd, { recursive: true, force: true });
});

/** A Lambda whose answers to configuration and invoke are given one after the other, the last one again and again. */
async function lambda(configurations: object[], invokes: Answered[]) {
  const seen: string[] = [];
  const next = <T>(answers: T[]): T => (answers.length > 1 ? answers.shift() : answers[0]) as T;
  await answering((url) => {
    const isInvoke = url.endsWith("/invocations");
    seen.push(isInvoke ? "invoke" : "configuration");
    if (isInvoke) return next(invokes);
    return { body: JSON.stringify({ FunctionName: "f", Timeout: 5, ...next(configurations) }) };
  });
  return seen;
}

async function answering(answer: (url: string) => Answered) {
  server = await listen(service((request) => answer(request.url ?? "")));
  const stage = { endpoint: `http://127.0.0.1:${server.port}`, region: "eu-west-1" };
  const config = { project: "shop", contract: "migrate-remote", stages: { dev: stage } };
  await writeFile(join(cwd, ".migraterc.json"), JSON.stringify(config));
}

test("an update in progress is waited for before anything is invoked, and a sleeping function is woken by a read", async () => {
  const seen = await lambda(
    [
      { State: "Active", LastUpdateStatus: "InProgress" },
      { State: "Inactive", LastUpdateStatus: "Successful" },
    ],
    [conflict, { body: JSON.stringify(report) }],
  );
  const end = await runCli(["status", "--json"], { cwd, env: credentials });
  expect(end.json()).toMatchObject({ state: "up_to_date", exitCode: 0 });
  expect(end.stderr).toContain("is being updated; waiting, at most 5 min");
  expect(end.stderr).toContain("Lambda is waking the function");
  expect(seen).toEqual(["configuration", "configuration", "invoke", "invoke"]);
});

test("a function in state Failed is told, and not invoked", async () => {
  const seen = await lambda(
    [{ State: "Failed", StateReason: "no more addresses in the subnet" }],
    [conflict],
  );
  const end = await runCli(["run", "--json"], { cwd, env: credentials });
  expect(end.exitCode).toBe(1);
  expect(end.json().error).toMatchObject({ code: "function_not_ready" });
  expect(end.json().error.message).toContain("no more addresses in the subnet");
  expect(seen).toEqual(["configuration"]);
});

test("what answers but does not speak Lambda's protocol is said so", async () => {
  await answering(() => ({ body: "<html>Sign in to the network</html>" }));
  const end = await runCli(["status", "--json"], { cwd, env: credentials });
  expect(end.exitCode).toBe(1);
  expect(end.json().error.message).toContain("does not speak the protocol of AWS");
});
