import { existsSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import {
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListFunctionsCommand,
} from "@aws-sdk/client-lambda";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalSession } from "../../src/local/open.js";
import {
  aFunction,
  clients,
  createProject,
  fixtures,
  invoke,
  isRunning,
  noDatabase,
  type Project,
  stateOf,
  until,
} from "./support.js";

let project: Project;
let session: LocalSession;

beforeAll(async () => {
  project = await createProject();
  session = await project.open([
    aFunction("hello.handler", { environment: { GREETING: "hi" } }),
    aFunction("modes.handler"),
    aFunction("modes.handler", { name: "short", timeoutSeconds: 0.5 }),
    aFunction("modes.callback"),
    aFunction("modes.nested.deep"),
    aFunction("modes.absent"),
    aFunction("missing-import.handler"),
    aFunction("syntax.handler"),
    aFunction("py_handler.handler"),
    aFunction("py_handler.absent"),
    aFunction("py_broken.handler"),
    aFunction("py_without_ours.handler"),
    aFunction("py_package.module.handler"),
  ]);
});
afterAll(() => project.end());

describe("an invocation", () => {
  it("is cold, then warm, and sees what Lambda would give it", async () => {
    process.env.AWS_PROFILE = "production";
    const cold = await invoke(session, "hello-handler", { a: 1 });
    delete process.env.AWS_PROFILE;
    expect(cold).toMatchObject({ status: 200, version: "$LATEST", failed: undefined });
    expect(cold.answer).toMatchObject({
      event: { a: 1 },
      invocations: 1,
      greeting: "hi",
      databaseUrl: noDatabase.url,
      connectionString: noDatabase.url,
      requestId: cold.requestId,
      functionName: "hello-handler",
      arn: "arn:aws:lambda:us-east-1:000000000000:function:hello-handler",
      logGroup: "/aws/lambda/hello-handler",
      memory: "256",
    });
    expect(cold.answer.awsProfile).toBeUndefined();
    expect(cold.answer.logStream).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    expect(cold.answer.remaining).toBeGreaterThan(5_000);
    expect(cold.answer.remaining).toBeLessThanOrEqual(10_000);
    const id = cold.requestId;
    const lines = cold.log.split("\n");
    expect(lines[0]).toBe(`START RequestId: ${id} Version: $LATEST`);
    expect(lines[1]).toMatch(new RegExp(`^[\\d-]+T[\\d:.]+Z\t${id}\tINFO\thello\rworld { invocations: 1 }$`));
    expect(lines.slice(2, 5)).toEqual(["to stderr", "no line end", `END RequestId: ${id}`]);
    expect(lines[5]).toMatch(
      new RegExp(
        `^REPORT RequestId: ${id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 256 MB\tMax Memory Used: \\d+ MB\tInit Duration: [\\d.]+ ms\t$`,
      ),
    );

    await until(() => stateOf(cold.answer.pid) === "T", "the handler is frozen between invocations");
    const warm = await invoke(session, "hello-handler");
    expect(warm.answer).toMatchObject({
      invocations: 2,
      pid: cold.answer.pid,
      logStream: cold.answer.logStream,
    });
    expect(warm.log).not.toContain("Init Duration");
    expect(warm.log).not.toContain(id);
  });

  it.each([
    ["a qualifier", "hello-handler:live"],
    ["a partial ARN", "000000000000:function:hello-handler"],
    ["a whole ARN", "arn:aws:lambda:us-east-1:000000000000:function:hello-handler:$LATEST"],
  ])("finds the function by %s", async (_what, reference) => {
    expect((await invoke(session, reference)).answer.functionName).toBe("hello-handler");
  });

  it("passes what the handler throws as an unhandled function error", async () => {
    const { failed, status, answer, log } = await invoke(session, "modes-handler", { mode: "throw" });
    expect({ failed, status }).toEqual({ failed: "Unhandled", status: 200 });
    expect(answer).toMatchObject({ errorType: "TypeError", errorMessage: "this migration is broken" });
    expect(answer.trace[0]).toBe("TypeError: this migration is broken");
    expect(log).toContain("\tERROR\tInvoke Error \t{");
  });

  it.each([
    ["exits", { mode: "exit" }, "Runtime exited with error: exit status 3"],
    ["is killed", { mode: "kill" }, "Runtime exited with error: signal: killed"],
  ])("reports a handler that %s, and runs the next one", async (_what, event, reason) => {
    const crashed = await invoke(session, "modes-handler", event);
    expect(crashed.failed).toBe("Unhandled");
    expect(crashed.answer).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: `RequestId: ${crashed.requestId} Error: ${reason}`,
    });
    expect(crashed.log).toMatch(/\tStatus: error\tError Type: Runtime.ExitError\t\n$/);
    expect((await invoke(session, "modes-handler", { mode: "nothing" })).answer).toBeNull();
  });

  it("reports an exception that nobody caught", async () => {
    const { failed, answer } = await invoke(session, "modes-handler", { mode: "uncaught" });
    expect(failed).toBe("Unhandled");
    expect(answer).toMatchObject({ errorType: "Error", errorMessage: "nobody caught this" });
  });

  it("ends at the timeout, in Lambda's words", async () => {
    const { failed, answer, requestId, log } = await invoke(session, "short", { mode: "hang" });
    expect(failed).toBe("Unhandled");
    expect(answer).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${requestId} Error: Task timed out after 0.50 seconds`,
    });
    expect(log).toMatch(new RegExp(`Z ${requestId} Task timed out after 0.50 seconds\n`));
    expect(log).toMatch(/\tStatus: timeout\t\n$/);
    expect((await invoke(session, "short", { mode: "nothing" })).failed).toBeUndefined();
  });

  it("refuses an answer above Lambda's limit, and takes one at it", async () => {
    const fitting = await invoke(session, "modes-handler", { mode: "big", bytes: 6_291_556 - 2 });
    expect(fitting.failed).toBeUndefined();
    expect(fitting.answer).toHaveLength(6_291_554);
    const { failed, answer } = await invoke(session, "modes-handler", { mode: "big", bytes: 6_291_556 - 1 });
    expect({ failed, type: answer.errorType }).toEqual({
      failed: "Unhandled",
      type: "Function.ResponseSizeTooLarge",
    });
  });

  it("runs concurrently in environments of its own, and no more than ten", async () => {
    const event = { mode: "sleep", milliseconds: 1_500 };
    const runs = await Promise.allSettled(
      Array.from({ length: 11 }, () => invoke(session, "modes-handler", event)),
    );
    const pids = runs.flatMap((run) => (run.status === "fulfilled" ? [run.value.answer] : []));
    expect(new Set(pids).size).toBe(10);
    const [refused] = runs.flatMap((run) => (run.status === "rejected" ? [run.reason] : []));
    expect(refused).toMatchObject({ name: "TooManyRequestsException", $metadata: { httpStatusCode: 429 } });
  });

  it("takes what the handler started with it when it crashes", async () => {
    const { answer } = await invoke(session, "modes-handler", { mode: "grandchild" });
    expect(isRunning(answer.grandchild)).toBe(true);
    process.kill(answer.pid, "SIGKILL");
    await until(() => !isRunning(answer.grandchild), "the grandchild is gone");
  });

  it("logs what programs print that the handler runs", async () => {
    expect((await invoke(session, "modes-handler", { mode: "shell" })).log).toContain("\nfrom a program\n");
  });

  it("supports callbacks and nested exports", async () => {
    expect((await invoke(session, "modes-callback", { b: 2 })).answer).toEqual({ called: { b: 2 } });
    expect((await invoke(session, "modes-nested-deep")).answer).toBe("deep");
  });

  it.each([
    ["missing-import-handler", "Runtime.ImportModuleError", "nowhere-to-be-found"],
    ["syntax-handler", "Runtime.UserCodeSyntaxError", "SyntaxError"],
    ["modes-absent", "Runtime.HandlerNotFound", "modes.absent is undefined or not exported"],
    [
      "py_broken-handler",
      "Runtime.ImportModuleError",
      "Unable to import module 'py_broken': No module named",
    ],
    [
      "py_without_ours-handler",
      "Runtime.ImportModuleError",
      "Unable to import module 'py_without_ours': No module named 'migrate_remote_handler'",
    ],
    ["py_handler-absent", "Runtime.HandlerNotFound", "Handler 'absent' missing on module 'py_handler'"],
  ])("says why %s cannot be loaded", async (name, errorType, message) => {
    const { failed, answer, log } = await invoke(session, name);
    expect(failed).toBe("Unhandled");
    expect(answer).toMatchObject({ errorType, errorMessage: expect.stringContaining(message) });
    expect(log).toContain(`Phase: init\tStatus: error\tError Type: ${errorType}\n`);
  });

  it("runs Python", async () => {
    const { answer, log, requestId } = await invoke(session, "py_handler-handler", { n: 1 });
    expect(answer).toMatchObject({ event: { n: 1 }, request_id: requestId, database: noDatabase.url });
    expect(log).toContain("\nprinted by python\n");
    expect(log).toMatch(new RegExp(`\n\\[INFO\\]\t[\\dT:.-]+Z\t${requestId}\tlogged by python\n`));
    const failure = await invoke(session, "py_handler-handler", { fail: true });
    expect(failure.answer).toMatchObject({
      errorType: "ValueError",
      errorMessage: "python failed",
      requestId: failure.requestId,
    });
    expect(failure.answer.stackTrace.join("")).toContain("py_handler.py");
    const exit = await invoke(session, "py_handler-handler", { exit: true });
    expect(exit.answer.errorMessage).toContain("exit status 4");
  });
});

describe("an Event", () => {
  it("is accepted, run, and run twice more when it fails", async () => {
    const file = join(project.dataDirectory, "count");
    const times = (): number => (existsSync(file) ? readFileSync(file).length : 0);
    const accepted = await invoke(
      session,
      "modes-handler",
      { mode: "count", file },
      { InvocationType: "Event" },
    );
    expect(accepted).toMatchObject({ status: 202, answer: undefined });
    await until(() => times() === 1, "the event has run");
    await invoke(session, "modes-handler", { mode: "count", file, fail: true }, { InvocationType: "Event" });
    await until(() => times() === 4, "the failing event has run three times");
  });
});

it("finds a Python module in a package", async () => {
  expect((await invoke(session, "py_package-module-handler")).answer).toBe("py_package.module");
});

it("answers a DryRun without running anything", async () => {
  const file = join(project.dataDirectory, "never");
  const { status } = await invoke(
    session,
    "modes-handler",
    { mode: "count", file },
    { InvocationType: "DryRun" },
  );
  expect(status).toBe(204);
  expect(existsSync(file)).toBe(false);
});

it("describes a function", async () => {
  const { lambda } = clients(session);
  const configuration = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: "hello-handler" }),
  );
  expect(configuration).toMatchObject({
    State: "Active",
    LastUpdateStatus: "Successful",
    Timeout: 10,
    MemorySize: 256,
    Handler: "hello.handler",
    Version: "$LATEST",
    Runtime: `nodejs${process.versions.node.split(".")[0]}.x`,
    Environment: { Variables: { GREETING: "hi" } },
    LoggingConfig: { LogFormat: "Text", LogGroup: "/aws/lambda/hello-handler" },
    CodeSha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
  });
  const whole = await lambda.send(new GetFunctionCommand({ FunctionName: "py_handler-handler" }));
  expect(whole.Configuration?.Runtime).toMatch(/^python3\.\d+$/);
  expect(JSON.stringify([configuration, whole])).not.toContain("secret");
});

it("says what it does not know or implement, and never makes up an answer", async () => {
  const { lambda, sts } = clients(session);
  await expect(lambda.send(new InvokeCommand({ FunctionName: "absent" }))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Function not found: arn:aws:lambda:us-east-1:000000000000:function:absent",
  });
  await expect(lambda.send(new ListFunctionsCommand({}))).rejects.toMatchObject({
    name: "UnknownOperationException",
    message: "migrate-remote local does not implement GET /2015-03-31/functions.",
  });
  await expect(
    sts.send(new AssumeRoleCommand({ RoleArn: "arn:aws:iam::000000000000:role/xyz", RoleSessionName: "me" })),
  ).rejects.toMatchObject({
    message: "migrate-remote local does not implement AssumeRole (2011-06-15).",
  });
  await expect(
    lambda.send(new InvokeCommand({ FunctionName: "hello-handler", Payload: "{" })),
  ).rejects.toMatchObject({
    name: "InvalidRequestContentException",
  });
  await expect(
    lambda.send(
      new InvokeCommand({ FunctionName: "hello-handler", Payload: JSON.stringify("x".repeat(6_291_456)) }),
    ),
  ).rejects.toMatchObject({ name: "RequestTooLargeException" });
});

it("says who is calling", async () => {
  expect(await clients(session).sts.send(new GetCallerIdentityCommand())).toMatchObject({
    Account: session.accountId,
  });
});

it.each([
  ["no signature", {}],
  ["a web page's host name", { authorization: "AWS4-HMAC-SHA256 x", host: "evil.example" }],
  ["an origin", { authorization: "AWS4-HMAC-SHA256 x", origin: "https://evil.example" }],
])("refuses a request with %s", async (_what, headers) => {
  const status = await new Promise((resolve, reject) => {
    request(
      `${session.endpoint}/2015-03-31/functions/hello-handler/invocations`,
      { method: "POST", headers },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    )
      .on("error", reject)
      .end("{}");
  });
  expect(status).toBe(403);
});

it("rejects a Python handler where there is no Python, before anything is started", async () => {
  const { PATH } = process.env;
  process.env.PATH = fixtures;
  try {
    await expect(project.open([aFunction("py_handler.handler")])).rejects.toMatchObject({
      name: "LocalError",
      code: "python_not_found",
    });
  } finally {
    process.env.PATH = PATH;
  }
});

it("rejects a handler without a file, before anything is started", async () => {
  await expect(project.open([aFunction("nowhere/handler.handler")])).rejects.toMatchObject({
    name: "LocalError",
    code: "handler_not_found",
    message: expect.stringContaining(join(fixtures, "nowhere")),
  });
});
