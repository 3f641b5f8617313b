import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withoutHyperlinks } from "../../src/output/hyperlink.js";
import { columnsOf } from "../../src/output/width.js";
import { elementsOf, gfmToHtml } from "../support/gfm.js";
import { type Listening, listen, service } from "../support/loopback.js";
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
const url =
  "https://eu-west-1.console.aws.amazon.com/lambda/home?region=eu-west-1#/functions/shop-api-migrate-lambda-dev";

let cwd: string;
let server: Listening;

// What AWS's own address leads to is the SDK's to know; that it leads to this machine is not in the command's environment.
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "migrate-remote-links-"));
  server = await listen(
    service(({ url = "" }) =>
      url.endsWith("/invocations")
        ? { body: JSON.stringify(report) }
        : { body: JSON.stringify({ FunctionName: "f", Timeout: 5, State: "Active" }) },
    ),
  );
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${server.port}`);
  await configure({});
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await rm(cwd, { recursive: true, force: true });
});

async function configure(stage: object) {
  const stages = { dev: { region: "eu-west-1", ...stage } };
  const config = { project: "shop", contract: "migrate-remote", stages };
  await writeFile(join(cwd, ".migraterc.json"), JSON.stringify(config));
}

async function status(env: Record<string, string> = {}, terminal = false, argv: string[] = []) {
  const end = await runCli(["status", ...argv], {
    cwd,
    env,
    ...(terminal ? { terminal: { typed: "" } } : {}),
  });
  expect(end.exitCode, end.stdout + end.stderr).toBe(0);
  return end;
}

test("a terminal that shows hyperlinks has one behind the function's name, and the lines are as wide as without", async () => {
  const plain = await status({ TERM: "xterm-256color" }, true);
  expect(plain.stdout).not.toContain("\u001b]8;");
  expect(plain.stdout).not.toContain("https://");
  const { stdout } = await status({ TERM: "xterm-kitty" }, true);
  expect(stdout).toContain(`\u001b]8;;${url}\u001b\\`);
  expect(withoutHyperlinks(stdout)).toBe(plain.stdout);
  for (const line of stdout.split("\n")) expect(columnsOf(line)).toBeLessThanOrEqual(80);
});

test("the log of a pipeline has the whole address on a line of its own, a pipe has none", async () => {
  const { stdout } = await status({ CI: "true", TERM: "xterm-kitty" }, true);
  expect(stdout).not.toContain("\u001b]8;");
  expect(stdout.split("\n").map((line) => line.replaceAll(/\u001b\[\d+m/g, ""))).toContain(
    `  function  ${url}`,
  );
  expect((await status()).stdout).not.toContain("https://");
});

test("the job's page and --json have it", async () => {
  const file = join(cwd, "summary.md");
  await status({ GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: file });
  expect(elementsOf(gfmToHtml(await readFile(file, "utf8"))).links).toEqual([url]);
  expect((await status({}, false, ["--json"])).json().links).toEqual({ function: url });
});

test("an address that is not AWS's own has no page in the console", async () => {
  await configure({ endpoint: `http://127.0.0.1:${server.port}` });
  expect((await status({}, false, ["--json"])).json()).not.toHaveProperty("links");
  await configure({});
  const overridden = { AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${server.port}` };
  expect((await status(overridden, false, ["--json"])).json()).not.toHaveProperty("links");
});
