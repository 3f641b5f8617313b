import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { version } from "../../src/handler/version.js";
import { farSide } from "../support/far-side.js";
import { eachInItsOwnDatabase } from "../support/own-database.js";
import { freePort, rowsOf, urlOf } from "../support/postgres.js";

const database = eachInItsOwnDatabase();

const source = { "001_a": "CREATE TABLE a ()" };
const untouched = async () =>
  expect(await rowsOf(database.url, "SELECT FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);

describe("an event that is none of ours throws and does nothing", () => {
  it.each([
    ["{}", {}],
    ["null", null],
    ["undefined", undefined],
    ["a string", "migrate"],
    ["a list", [{ admin_operation: "run_migrations" }]],
    [
      "API Gateway's",
      { httpMethod: "POST", path: "/", body: '{"admin_operation":"run_migrations","confirm":true}' },
    ],
    ["a schedule's", { "detail-type": "Scheduled Event", source: "aws.events", detail: {} }],
  ])("%s", async (_, event) => {
    await expect(farSide(database.url, source).handler(event)).rejects.toThrow(
      /admin_operation.*nothing was done/s,
    );
    await untouched();
  });
});

describe("an event that is ours but cannot be done answers without a connection", () => {
  it.each([
    ["confirm_required", { admin_operation: "run_migrations" }, "run"],
    ["confirm_required", { admin_operation: "fix_history", confirm: false }, "fix-history"],
    ["unsupported_operation", { admin_operation: "drop_everything", confirm: true }, "status"],
    ["invalid_event", { admin_operation: "run_migrations", parameters: { dry_run: "yes" } }, "run"],
    ["invalid_event", { admin_operation: "run_migrations", confirm: true, run_id: "x'; DROP" }, "run"],
  ])("%s: %j", async (code, event, operation) => {
    const far = farSide(urlOf(await freePort(), "nowhere"), source);
    const report = await far.handler(event);
    expect(report).toMatchObject({ success: false, operation, error: { code }, handler: { version } });
    expect((report.error as { hint?: string }).hint).toBeTruthy();
  });
});

it("takes the events of document 001 as they stand there", async () => {
  const { handler } = farSide(database.url, source);
  const dry = await handler({ admin_operation: "run_migrations", parameters: { dry_run: true } });
  expect(dry).toMatchObject({ success: true, operation: "dry-run", state: "empty" });
  await untouched();
  const run = await handler({ admin_operation: "run_migrations", parameters: {}, confirm: true });
  expect(run).toMatchObject({
    success: true,
    state: "up_to_date",
    current_revisions: ["001_a"],
    run_id: expect.stringMatching(/^\d{8}T/),
  });
});

it("runs everything on an empty event where that is asked for", async () => {
  for (const event of [{}, null, undefined]) {
    const report = await farSide(database.url, source, { emptyEvent: "run" }).handler(event);
    expect(report).toMatchObject({ success: true, operation: "run", state: "up_to_date" });
  }
  await expect(
    farSide(database.url, source, { emptyEvent: "run" }).handler({ Records: [] }),
  ).rejects.toThrow();
});

it("says the version of package.json", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(version).toBe(manifest.version);
});
