import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Listening, listen } from "../support/loopback.js";

const bin = fileURLToPath(new URL("../../bin/migrate-remote.js", import.meta.url));
const count = 120;

let cwd: string;
let server: Listening;
const seen = { inFlight: 0, most: 0, requests: 0, sockets: 0, signers: new Set<string>() };
beforeAll(async () => {
  const http = createServer((request, response) => {
    seen.requests += 1;
    seen.inFlight += 1;
    seen.most = Math.max(seen.most, seen.inFlight);
    seen.signers.add(/Credential=([^/]+)/.exec(request.headers.authorization ?? "")?.[1] ?? "nobody");
    const isInvocation = request.url?.endsWith("/invocations");
    // Long enough that all who may ask at one time do.
    setTimeout(() => {
      seen.inFlight -= 1;
      response.writeHead(200, { "content-type": "application/json" }).end(isInvocation ? report : "{}");
    }, 40);
  });
  http.on("connection", () => {
    seen.sockets += 1;
  });
  server = await listen(http);
  cwd = await mkdtemp(join(tmpdir(), "migrate-remote-many-"));
  await mkdir(join(cwd, ".aws"));
  const stages = Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, {}]));
  const config = { project: "shop", contract: "migrate-remote", region: "eu-west-1", profile: "ops" };
  const endpoint = `http://127.0.0.1:${server.port}`;
  await writeFile(join(cwd, ".migraterc.json"), JSON.stringify({ ...config, endpoint, stages }));
});
afterAll(async () => {
  await server.close();
  await rm(cwd, { recursive: true, force: true });
});

const report = JSON.stringify({
  operation: "status",
  success: true,
  state: "up_to_date",
  current_revisions: ["001_a"],
  head_revisions: ["001_a"],
  migrations: [{ revision: "001_a", status: "applied" }],
  problems: [],
});

test("all stages are asked at one time, but not without end, and who asks is found out once", async () => {
  const program = join(cwd, "credentials.sh");
  const answer = JSON.stringify({ Version: 1, AccessKeyId: "AKIAFROMAPROGRAM0000", SecretAccessKey: "s" });
  await writeFile(program, `#!/bin/sh\necho asked >> "${join(cwd, "asked")}"\necho '${answer}'\n`);
  await chmod(program, 0o700);
  await writeFile(join(cwd, ".aws", "config"), `[profile ops]\ncredential_process = ${program}\n`);
  const env = { PATH: process.env.PATH, HOME: cwd };
  const { stdout } = await promisify(execFile)(process.execPath, [bin, "status", "--all", "--json"], {
    cwd,
    env,
  });
  const { stages } = JSON.parse(stdout);
  expect(stages).toHaveLength(count);
  for (const stage of stages) expect(stage).toMatchObject({ state: "up_to_date" });
  expect(seen.requests).toBe(2 * count);
  expect(seen.most).toBeGreaterThan(8);
  expect(seen.most).toBeLessThanOrEqual(40);
  expect(seen.sockets).toBeLessThanOrEqual(40);
  expect([...seen.signers]).toEqual(["AKIAFROMAPROGRAM0000"]);
  expect(await readFile(join(cwd, "asked"), "utf8")).toBe("asked\n");
});
