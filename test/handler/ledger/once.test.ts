import { beforeEach, expect, it } from "vitest";
import { expectSuccess, farSide, newRunId } from "../../support/far-side.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { executesOnce } from "./suite-once.js";
import { recordsEachRun } from "./suite-recorded.js";
import { counting, hasLedger, ledger } from "./support.js";

const database = eachInItsOwnDatabase();
let runId: string;
beforeEach(() => {
  runId = newRunId();
});

const kind = { engine: "sql", history: "schema_migrations", farSide };
recordsEachRun(kind, database);
executesOnce(kind, database);

it("writes nothing where nothing is to be done, nor for an event that is refused unread", async () => {
  const far = farSide(database.url, counting);
  expect(await far.handler({ admin_operation: "run_migrations", run_id: runId })).toMatchObject({
    success: false,
  });
  expect(expectSuccess(await farSide(database.url, { migrations: {} }).run()).run).toBeUndefined();
  expect(await hasLedger(database.url)).toBe(false);
  await far.run();
  const before = await ledger(database.url);
  expect(expectSuccess(await far.run({ run: { runId } })).run).toBeUndefined();
  expect(expectSuccess(await far.fixHistory()).run).toBeUndefined();
  expect(await ledger(database.url)).toEqual(before);
});

it("records no refusal of a run that came without a name", async () => {
  const event = { admin_operation: "run_migrations", parameters: { target_revision: "999" }, confirm: true };
  const report = await farSide(database.url, counting).handler(event);
  expect(report).toMatchObject({ success: false, error: { code: "unknown_revision" } });
  expect(await hasLedger(database.url)).toBe(false);
});
