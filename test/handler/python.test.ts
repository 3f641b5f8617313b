import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPostgres, type TestServer } from "../support/postgres.js";
import { hasPython } from "../support/python.js";

const isHere = hasPython("pytest", "hypothesis", "jsonschema", "psycopg", "pg8000", "boto3", "moto");

describe.skipIf(!isHere)("the Python handler", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  it("passes its own tests", { timeout: 900_000 }, async () => {
    const { code, output } = await pytest(await server.createDatabase());
    expect(code, output).toBe(0);
    expect(output).toMatch(/\d+ passed/);
    expect(output, "none is skipped").not.toMatch(/\d+ skipped/);
  });
});

/** They make databases of their own on the server that this URL leads to. */
async function pytest(url: string): Promise<{ code: number | null; output: string }> {
  const folder = fileURLToPath(new URL("./python/", import.meta.url));
  const child = spawn("python3", ["-B", "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", folder], {
    env: { ...process.env, MIGRATE_REMOTE_TEST_DATABASE: url },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output.push(String(chunk)));
  const [code] = await once(child, "close");
  return { code, output: output.join("") };
}
