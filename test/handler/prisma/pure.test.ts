import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { resultSet, rfc3339 } from "../../../src/handler/engines/prisma/columns.js";
import { engineRefusal } from "../../../src/handler/engines/prisma/engine-error.js";
import { readScript } from "../../../src/handler/engines/prisma/script.js";
import { dist } from "../../support/run-cli.js";
import { projectFolder } from "./support.js";

describe("a script's relation to transactions", () => {
  it.each([
    ["", "together"],
    ["-- a comment", "together"],
    ["CREATE TABLE a ()", "together"],
    ["CREATE TABLE a (); INSERT INTO a DEFAULT VALUES;", "together"],
    ["CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; COMMIT; END $$;", "together"],
    ["DO $$ BEGIN PERFORM 1; END $$", "together"],
    ["CREATE INDEX concurrently_made ON a (b)", "together"],
    ["DO $$ BEGIN COMMIT; END $$", "alone"],
    ["CALL tidy()", "alone"],
    ["-- one\ncreate unique index concurrently i on a (b);", "alone"],
    ["REINDEX INDEX CONCURRENTLY i", "alone"],
    ["ALTER TABLE s.a DETACH PARTITION s.a_1 CONCURRENTLY;", "alone"],
    ["VACUUM ANALYZE a", "alone"],
    ["ALTER SYSTEM SET work_mem = '1MB'", "alone"],
    ["BEGIN; CREATE TABLE a (); COMMIT;", "wrapped"],
    ["START TRANSACTION; CREATE TABLE a (); END", "wrapped"],
    ["BEGIN; CREATE TABLE a (); ROLLBACK;", "own"],
    ["BEGIN; CREATE TABLE a ();", "own"],
    ["CREATE TABLE a (); COMMIT; CREATE TABLE b ();", "own"],
    ["BEGIN; COMMIT; BEGIN; COMMIT;", "own"],
  ])("%s → %s", (sql, kind) => expect(readScript(sql).kind).toBe(kind));
});

describe("what Prisma's engine reads", () => {
  it("times, whatever their zone", () => {
    const zones = fc.constantFrom(0, 60, -330, 345, 840);
    const times = fc.date({ min: new Date("1900-01-01"), max: new Date("2200-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(times, zones, (time, minutes) => {
        // As PostgreSQL writes it: no zeros at the end, no minutes where there are none.
        const shifted = new Date(time.getTime() + minutes * 60_000).toISOString();
        const pad = (value: number) => String(value).padStart(2, "0");
        const rest = Math.abs(minutes) % 60;
        const zone = `${minutes < 0 ? "-" : "+"}${pad(Math.floor(Math.abs(minutes) / 60))}${rest === 0 ? "" : `:${pad(rest)}`}`;
        const fraction = shifted.slice(20, 23).replace(/0+$/, "");
        const text = shifted.slice(0, 19).replace("T", " ") + (fraction === "" ? "" : `.${fraction}`);
        expect(new Date(rfc3339(`${text}${zone}`)).getTime()).toBe(time.getTime());
      }),
    );
  });

  it("never throws over a value", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 3000 }), (value, type) => {
        const { rows, columnTypes } = resultSet({
          columns: [{ name: "a", type }],
          rows: [[value], [null]],
          count: 2,
        });
        expect(columnTypes).toHaveLength(1);
        expect(rows[1]).toEqual([null]);
      }),
    );
  });
});

describe("what Prisma's engine says", () => {
  const said = (code: string, message: string) => engineRefusal(Object.assign(new Error(message), { code }));

  it.each([
    ["P3009", "inconsistent_history"],
    ["P3005", "history_missing"],
    ["P3019", "configuration_error"],
    ["P1001", "database_unreachable"],
    ["P1017", "database_unreachable"],
    ["P1000", "database_authentication_failed"],
    ["P1010", "permission_denied"],
    ["P4242", "internal_error"],
  ])("%s is %s, with Prisma's code and a hint, without the engine's own source", (code, ours) => {
    const { error } = said(code, `So it is.\n   0: engine::apply\n at src/x.rs:1`) ?? {};
    expect(error?.code).toBe(ours);
    expect(error?.message).toBe(`Prisma's engine refused (${code}): So it is.`);
    expect(error?.hint).toBeTruthy();
  });

  it("is nothing where it has no code of Prisma's", () => {
    for (const error of [undefined, "P3009", new Error("P3009"), said("42P01", "x")])
      expect(engineRefusal(error)).toBeUndefined();
  });
});

it("a function that was deployed without the engine says so, and how to deploy it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "migrate-remote-bundle-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  copyFileSync(join(dist, "handler.js"), join(folder, "handler.mjs"));
  const { createHandler, prisma } = await import(pathToFileURL(join(folder, "handler.mjs")).href);
  const engine = prisma({ directory: join(projectFolder, "prisma/migrations") });
  const handler = createHandler({ engine, database: "postgresql://u@127.0.0.1:1/a", log: () => {} });
  const report = await handler({ admin_operation: "migration_status" });
  expect(report.error).toMatchObject({ code: "configuration_error" });
  expect(report.error.message).toContain("@prisma/schema-engine-wasm, is not deployed");
  expect(report.error.hint).toContain("npm install --save-exact @prisma/schema-engine-wasm@7.");
});
