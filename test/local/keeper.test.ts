import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { expect, it } from "vitest";
import { startMember } from "./members.js";
import {
  aFunction,
  clients,
  invoke,
  isRunning,
  type Project,
  processesOf,
  project,
  until,
} from "./support.js";

const embedded = { embedded: "app" };
const query = aFunction("query.handler", { database: embedded });

function keeperRecord({ dataDirectory }: Project): { pid: number; port: number; token: string } {
  const files = readdirSync(dataDirectory).filter((name) => name.startsWith("keeper-"));
  const newest =
    files.sort((a, b) => Number.parseInt(a.slice(7), 10) - Number.parseInt(b.slice(7), 10)).at(-1) ?? "";
  return JSON.parse(readFileSync(join(dataDirectory, newest), "utf8"));
}

function keeperPid(here: Project): number {
  return keeperRecord(here).pid;
}

function postgresPid({ dataDirectory }: Project): number {
  return Number(readFileSync(join(dataDirectory, "postgres/cluster/postmaster.pid"), "utf8").split("\n")[0]);
}

async function gone(pids: number[]): Promise<void> {
  await until(() => !pids.some(isRunning), `${pids.join(", ")} are gone`);
}

it("stops everything with the last session, at once", async () => {
  const { open, ...here } = await project();
  const one = await open([query, aFunction("hello.handler")]);
  const { answer } = await invoke(one, "hello-handler");
  const two = await open([query]);
  const pids = [keeperPid({ open, ...here }), postgresPid({ open, ...here }), answer.pid];
  await one.close();
  expect(pids.filter(isRunning)).toEqual(pids);
  expect((await invoke(two, "query-handler", { sql: "SELECT 1 AS one" })).answer).toEqual([{ one: 1 }]);
  await two.close();
  expect(pids.filter(isRunning)).toEqual([]);
  expect(processesOf(here.dataDirectory)).toEqual([]);
});

it("keeps the data, the password and the logs for the next session", async () => {
  const here = await project();
  const one = await here.open([query]);
  await invoke(one, "query-handler", { sql: "CREATE TABLE kept AS SELECT 42 AS n" });
  await one.close();
  const two = await here.open([query]);
  expect((await invoke(two, "query-handler", { sql: "SELECT n FROM kept" })).answer).toEqual([{ n: 42 }]);
});

it("gives any number of commands that begin at once the same keeper", async () => {
  const here = await project();
  const [members, sessions] = await Promise.all([
    Promise.all([1, 2, 3].map(() => startMember(here, [query]))),
    Promise.all([1, 2, 3, 4].map(() => here.open([query]))),
  ]);
  expect(new Set([...members, ...sessions].map(({ endpoint }) => endpoint)).size).toBe(1);
  expect(await Promise.all(members.map((member) => member.leave()))).toEqual([0, 0, 0]);
  await Promise.all(sessions.map((session) => session.close()));
  expect(processesOf(here.dataDirectory)).toEqual([]);
});

it("starts a new keeper for who comes while the old one is stopping", async () => {
  const here = await project();
  for (let round = 0; round < 8; round += 1) {
    const session = await here.open([query]);
    const closing = session.close();
    const next = await here.open([query]);
    expect((await invoke(next, "query-handler", { sql: "SELECT 1 AS one" })).answer).toEqual([{ one: 1 }]);
    await Promise.all([closing, next.close()]);
  }
});

it("lives on when Ctrl-C ends the command that started it while another is there", async () => {
  const here = await project();
  const member = await startMember(here, [query]);
  const session = await here.open([query]);
  process.kill(-member.pid, "SIGINT");
  await gone([member.pid]);
  expect((await invoke(session, "query-handler", { sql: "SELECT 1 AS one" })).answer).toEqual([{ one: 1 }]);
});

it.each(["SIGINT", "SIGKILL"] as const)(
  "leaves nothing behind when the only command ends by %s",
  async (signal) => {
    const here = await project();
    const member = await startMember(here, [query]);
    process.kill(-member.pid, signal);
    await until(() => processesOf(here.dataDirectory).length === 0, "everything has stopped");
  },
);

it("finishes what an Event began after its command has left", async () => {
  const here = await project();
  const file = join(here.dataDirectory, "count");
  const slow = aFunction("modes.handler");
  const member = await startMember(here, [slow]);
  const session = { ...(await here.open([slow])), endpoint: member.endpoint };
  await session.close();
  await invoke(session, "modes-handler", { mode: "sleep", milliseconds: 600 }, { InvocationType: "Event" });
  await invoke(session, "modes-handler", { mode: "count", file }, { InvocationType: "Event" });
  process.kill(-member.pid, "SIGKILL");
  await until(() => processesOf(here.dataDirectory).length === 0, "everything has stopped");
  expect(readFileSync(file, "utf8")).toBe("x");
});

it("recovers from a killed keeper, and ends what it left: a frozen handler, PostgreSQL", async () => {
  const here = await project();
  const one = await here.open([query, aFunction("modes.handler")]);
  await invoke(one, "query-handler", { sql: "CREATE TABLE kept AS SELECT 42 AS n" });
  const { answer } = await invoke(one, "modes-handler", { mode: "grandchild" });
  const left = [postgresPid(here), answer.pid, answer.grandchild];
  process.kill(keeperPid(here), "SIGKILL");
  await gone([keeperPid(here)]);
  expect(left.filter(isRunning)).toEqual(left);
  const two = await here.open([query]);
  await gone(left);
  expect((await invoke(two, "query-handler", { sql: "SELECT n FROM kept" })).answer).toEqual([{ n: 42 }]);
  await one.close();
});

it("recovers when keeper, handler and PostgreSQL are all killed, and the handler's own program is left", async () => {
  const here = await project();
  const one = await here.open([query, aFunction("modes.handler")]);
  const { answer } = await invoke(one, "modes-handler", { mode: "grandchild" });
  for (const pid of [keeperPid(here), answer.pid, postgresPid(here)]) process.kill(pid, "SIGKILL");
  const two = await here.open([query]);
  await gone([answer.grandchild]);
  expect((await invoke(two, "query-handler", { sql: "SELECT 1 AS one" })).answer).toEqual([{ one: 1 }]);
  await one.close();
});

it("recovers from a killed PostgreSQL at the next invocation, at the same address", async () => {
  const here = await project();
  const session = await here.open([query]);
  await invoke(session, "query-handler", { sql: "CREATE TABLE kept AS SELECT 42 AS n" });
  const pid = postgresPid(here);
  process.kill(pid, "SIGKILL");
  // The kernel takes its time to end it, and until then it looks alive to everybody.
  await gone([pid]);
  expect((await invoke(session, "query-handler", { sql: "SELECT n FROM kept" })).answer).toEqual([{ n: 42 }]);
});

it("recovers from a handler killed while it is frozen", async () => {
  const here = await project();
  const session = await here.open([aFunction("hello.handler")]);
  const first = await invoke(session, "hello-handler");
  process.kill(first.answer.pid, "SIGKILL");
  const second = await invoke(session, "hello-handler");
  expect(second).toMatchObject({ failed: undefined, answer: { invocations: 1 } });
});

it("recovers from a cluster half made", async () => {
  const here = await project();
  const member = startMember(here, [query]).catch(() => undefined);
  const folder = join(here.dataDirectory, "postgres");
  const halfMade = () => {
    try {
      return readdirSync(folder).some(
        (name) => /^initdb-\w+$/.test(name) && readdirSync(join(folder, name)).length > 5,
      );
    } catch {
      return false;
    }
  };
  await until(halfMade, "initdb is at work");
  process.kill(keeperPid(here), "SIGKILL");
  const session = await here.open([query]);
  expect((await invoke(session, "query-handler", { sql: "SELECT 1 AS one" })).answer).toEqual([{ one: 1 }]);
  expect(readdirSync(folder).filter((name) => name.startsWith("initdb-"))).toEqual([]);
  await (await member)?.leave();
});

it("stops when its data directory is taken away", async () => {
  const here = await project();
  const session = await here.open([aFunction("hello.handler")]);
  const pid = keeperPid(here);
  rmSync(here.dataDirectory, { recursive: true });
  await gone([pid]);
  await session.close();
});

it("takes over a function's changed definition for the next invocation", async () => {
  const here = await project();
  const before = await here.open([aFunction("hello.handler", { environment: { GREETING: "one" } })]);
  expect((await invoke(before, "hello-handler")).answer.greeting).toBe("one");
  const after = await here.open([aFunction("hello.handler", { environment: { GREETING: "two" } })]);
  expect((await invoke(after, "hello-handler")).answer).toMatchObject({ greeting: "two", invocations: 1 });
});

it("runs changed code at the next invocation, and says that it changed", async () => {
  const here = await project();
  const root = dirname(here.dataDirectory);
  const write = (answer: string) =>
    writeFileSync(join(root, "code.mjs"), `export const handler = async () => "${answer}";`);
  write("one");
  const session = await here.open([aFunction("code.handler")], { root });
  const describe = () =>
    clients(session).lambda.send(new GetFunctionConfigurationCommand({ FunctionName: "code-handler" }));
  expect((await invoke(session, "code-handler")).answer).toBe("one");
  const before = await describe();
  // A command's own output, sent there by who runs it.
  writeFileSync(join(root, "run.log"), "Asking for the plan\n");
  expect((await describe()).CodeSha256).toBe(before.CodeSha256);
  writeFileSync(join(root, "001_init.sql"), "SELECT 1");
  expect((await describe()).CodeSha256).not.toBe(before.CodeSha256);
  write("two");
  expect((await invoke(session, "code-handler")).answer).toBe("two");
  expect((await describe()).CodeSha256).not.toBe(before.CodeSha256);
});

it("takes what is written beside the code for no deployment, but for a reason to start anew", async () => {
  const here = await project();
  const root = dirname(here.dataDirectory);
  const read = 'JSON.parse(readFileSync(new URL("./data.json", import.meta.url), "utf8"))';
  writeFileSync(join(root, "data.json"), "1");
  writeFileSync(
    join(root, "code.mjs"),
    `import { readFileSync } from "node:fs";\nconst data = ${read};\nexport const handler = async () => data;`,
  );
  const session = await here.open([aFunction("code.handler")], { root });
  const describe = () =>
    clients(session).lambda.send(new GetFunctionConfigurationCommand({ FunctionName: "code-handler" }));
  const { CodeSha256, LastModified } = await describe();
  expect((await invoke(session, "code-handler")).answer).toBe(1);
  for (const name of ["run.log", "result.json", "errors"]) writeFileSync(join(root, name), "Applied 001_a\n");
  writeFileSync(join(root, "data.json"), "2");
  expect(await describe()).toMatchObject({ CodeSha256, LastModified });
  expect((await invoke(session, "code-handler")).answer).toBe(2);
});

it("says why a keeper did not start", async () => {
  const here = await project();
  await expect(here.open([aFunction("hello.handler")], { dist: "/nowhere" })).rejects.toMatchObject({
    name: "LocalError",
    code: "keeper_not_started",
    message: expect.stringMatching(/Cannot find module '\/nowhere\/keeper.js'/),
  });
});

it("answers who has not the token, or speaks otherwise, with nothing or a refusal", async () => {
  const here = await project();
  await here.open([aFunction("hello.handler")]);
  const { port, token } = keeperRecord(here);
  const say = async (line: string): Promise<string> => {
    const socket = connect(port, "127.0.0.1");
    socket.write(`${line}\n`);
    return (await text(socket)).trim();
  };
  expect(await say(JSON.stringify({ type: "join", token: "x".repeat(64), functions: [] }))).toBe("");
  expect(JSON.parse(await say(JSON.stringify({ type: "enter", token })))).toMatchObject({
    code: "keeper_other_version",
  });
});

it("keeps what it writes private, and free of passwords", async () => {
  const here = await project();
  const session = await here.open([query]);
  await invoke(session, "query-handler", { sql: "CREATE ROLE someone PASSWORD 'hidden' NONSENSE" });
  const password = new URL(session.databaseUrl("query-handler")).password;
  for (const file of ["keeper.log", "postgres.log"]) {
    const path = join(here.dataDirectory, file);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(readFileSync(path, "utf8")).not.toMatch(new RegExp(`${password}|hidden`));
  }
  expect(readFileSync(join(here.dataDirectory, ".gitignore"), "utf8")).toBe("*\n");
});
