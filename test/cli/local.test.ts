import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localStage, makeProject, type Project } from "../support/project.js";
import type { CliEnd, SignalSource } from "../support/run-cli.js";
import { hasTool } from "../support/tools.js";
import { waitUntil } from "../support/wait-until.js";

let project: Project;

beforeAll(async () => {
  project = await makeProject({
    migrations: { "001_a.sql": "CREATE TABLE a (id int);" },
    config: {
      stages: {
        local: localStage,
        second: localStage,
        dev: { region: "us-west-2" },
        migrates: { ...localStage, contract: "empty-event", function: "old-{stage}" },
      },
    },
  });
  // Only what `local` holds open is open.
  await project.release();
});
afterAll(() => project.dispose());

interface Held {
  said: () => string;
  noted: () => string;
  end: Promise<CliEnd>;
  send: (signal: "SIGINT" | "SIGTERM") => void;
}

/** `local`, once it has said where it is. */
async function held(...argv: string[]): Promise<Held> {
  const signals: SignalSource = { listeners: new Set() };
  let said = "";
  let noted = "";
  const end = project.cli(["local", ...argv], {
    signals,
    onStdout: (text) => (said += text),
    onStderr: (text) => (noted += text),
  });
  const early = end.then(({ stderr }) => {
    if (said === "") throw new Error(`local did not stay: ${stderr}`);
  });
  await Promise.race([waitUntil(() => said.endsWith("\n")), early]);
  return {
    said: () => said,
    noted: () => noted,
    end,
    send: (signal) => {
      for (const listener of [...signals.listeners]) listener(signal);
    },
  };
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const keeperPid = (): number => {
  const folder = join(project.cwd, ".migrate-remote");
  const newest = readdirSync(folder)
    .filter((name) => /^keeper-\d+\.json$/.test(name))
    .sort((a, b) => Number(a.slice(7, -5)) - Number(b.slice(7, -5)))
    .at(-1);
  return JSON.parse(readFileSync(join(folder, newest ?? ""), "utf8")).pid;
};

describe("local", () => {
  test("opens every local stage, answers other programs, hears of other commands, ends with 0", async () => {
    const { said, noted, end, send } = await held("--json");
    expect(said().split("\n")).toHaveLength(2);
    const { endpoint, stages, ...rest } = JSON.parse(said());
    expect(rest).toMatchObject({ command: "local", region: "us-east-1" });
    expect(stages.map((one: { stage: string }) => one.stage)).toEqual(["local", "second", "migrates"]);
    expect(stages[0].database).toMatchObject({ kind: "embedded", name: "shop_local" });
    expect(stages[1].functions).toEqual(["shop-api-migrate-lambda-second"]);
    expect(readFileSync(stages[0].database.serviceFile, "utf8")).toContain("[migrate-remote]");
    const { region, credentials } = rest;
    const lambda = new LambdaClient({ endpoint, region, credentials });
    for (const { functions, statusEvent } of stages.slice(0, 2)) {
      const invocation = { FunctionName: functions[0], Payload: JSON.stringify(statusEvent) };
      const { Payload } = await lambda.send(new InvokeCommand(invocation));
      expect(JSON.parse(Payload?.transformToString() ?? "")).toMatchObject({ state: "empty" });
    }
    lambda.destroy();
    // To a handler of this contract any event is a migration: there is nothing to try.
    expect(stages[2]).not.toHaveProperty("statusEvent");

    expect((await project.cli(["status", "--stage", "local"])).exitCode).toBe(0);
    await waitUntil(() => noted().includes("A command left: nobody else is here"));
    expect(noted()).toContain("A command joined: 1 command here besides this one");

    const pid = keeperPid();
    send("SIGINT");
    expect(await end).toMatchObject({ exitCode: 0 });
    expect(noted()).toContain("Closed: PostgreSQL, the endpoint and the handlers have stopped.");
    await waitUntil(() => !isThere(pid));
  });

  test("SIGTERM ends it too, with one stage alone", async () => {
    const { said, end, send } = await held("--stage", "second");
    expect(said()).toContain("shop-api-migrate-lambda-second");
    expect(said()).not.toContain("shop-api-migrate-lambda-local");
    expect(said()).toMatch(
      /✓ Open until Ctrl-C\. In another terminal: migrate-remote status --stage second\n$/,
    );
    send("SIGTERM");
    expect(await end).toMatchObject({ exitCode: 0, stdout: said() });
  });

  test.skipIf(!hasTool("aws"))("the printed `aws lambda invoke` works as it stands", async () => {
    const { said, end, send } = await held("--stage", "local");
    const lines = said().split("\n");
    const begin = lines.findIndex((line) => line.includes("echo "));
    const last = lines.findIndex((line) => line.includes("/dev/stdout"));
    // The pipe of a shell: /dev/stdout cannot be opened where it is a socket, as it would be here.
    const script = `{ ${lines.slice(begin, last + 1).join("\n")}\n} | cat`;
    const { stdout } = await promisify(execFile)("bash", ["-c", script], {
      env: { PATH: process.env.PATH, HOME: project.cwd },
    });
    expect(stdout).toContain('"state":"empty"');
    expect(stdout).toContain('"StatusCode": 200');
    send("SIGINT");
    await end;
  });

  test("a handler that migrates on any event is not offered to be asked", async () => {
    const { said, end, send } = await held("--stage", "migrates");
    expect(said()).not.toContain("aws lambda invoke");
    expect(said()).toContain("dbname=shop_migrates");
    send("SIGINT");
    await end;
  });

  test("addresses that answer no more are an error, not a wait", async () => {
    const { end } = await held("--json");
    process.kill(keeperPid(), "SIGKILL");
    const { exitCode, stderr, stdout } = await end;
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout.trim().split("\n").slice(1).join("\n")).error).toMatchObject({
      code: "keeper_lost",
    });
    expect(stderr).not.toContain("Closed");
  });

  test("a database of the user's own is named without its password", async () => {
    await project.write({
      "own.json": JSON.stringify({
        contract: "migrate-remote",
        project: "shop",
        stages: {
          own: { local: { ...localStage.local, database: "postgresql://me:hunter2@localhost:5999/shop" } },
        },
      }),
    });
    const { said, end, send } = await held("--config", "own.json");
    expect(said()).toContain("shop on localhost:5999");
    expect(said()).not.toMatch(/hunter2|PGSERVICEFILE/);
    send("SIGINT");
    await end;
  });

  test.each([
    [["--stage", "dev"], "Stage dev does not run on this machine"],
    [["--stage", "dve"], "There is no stage `dve`"],
  ])("%j is refused", async (argv, message) => {
    const { exitCode, stderr } = await project.cli(["local", ...argv]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(message) });
  });

  test("two stages that are one function are not opened side by side", async () => {
    const stages = { a: localStage, b: localStage };
    await project.write({
      "two.json": JSON.stringify({ contract: "migrate-remote", function: "same", stages }),
    });
    const { exitCode, json } = await project.cli(["local", "--config", "two.json", "--json"]);
    expect(exitCode).toBe(2);
    expect(json().error.message).toContain("The stages a and b are both the function same");
  });
});
