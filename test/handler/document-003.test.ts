import pg from "pg";
import { describe, expect, it } from "vitest";
import { expectSuccess, farSide, told } from "../support/far-side.js";
import { eachInItsOwnDatabase } from "../support/own-database.js";
import { rowsOf } from "../support/postgres.js";

const database = eachInItsOwnDatabase();

type Migrations = Record<string, string>;

// A Lambda as document 003 has it: a map in its code, any event, two lists for an answer.
async function oldLambda(migrations: Migrations) {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const applied: string[] = [];
  const skipped: string[] = [];
  try {
    await client.query(
      "CREATE TABLE IF NOT EXISTS schema_migrations (version TEXT PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT now())",
    );
    const { rows } = await client.query<{ version: string }>("SELECT version FROM schema_migrations");
    const existing = new Set(rows.map(({ version }) => version));
    for (const [version, sql] of Object.entries(migrations)) {
      if (existing.has(version)) {
        skipped.push(version);
        continue;
      }
      await client.query("BEGIN");
      await client.query(sql);
      await client.query("INSERT INTO schema_migrations (version) VALUES ($1)", [version]);
      await client.query("COMMIT");
      applied.push(version);
    }
    return { success: true, migrations_applied: applied, migrations_skipped: skipped };
  } finally {
    await client.end();
  }
}

const first = {
  "001_init": "CREATE TABLE executions (id bigserial PRIMARY KEY, price numeric);",
  "002_dispatch": "\nALTER TABLE executions ADD COLUMN ticker text;\nCREATE INDEX ON executions (ticker);\n",
};
const all = {
  ...first,
  "008_add_options_support":
    "-- Your migration SQL here\nALTER TABLE executions ADD COLUMN kind TEXT;\nCREATE VIEW active AS SELECT * FROM executions WHERE kind = 'OPTION';",
};
const takesOver = (migrations: Migrations) => farSide(database.url, migrations, { emptyEvent: "run" });

describe("a Lambda of document 003", () => {
  it("is taken over with what it recorded, and its pipeline reads the same answer", async () => {
    await oldLambda(first);
    const before = await rowsOf(database.url, "SELECT version, applied_at FROM schema_migrations ORDER BY 1");
    const far = takesOver(all);
    expect(told(expectSuccess(await far.status()))).toEqual([
      "001_init applied",
      "002_dispatch applied",
      "008_add_options_support pending",
    ]);
    expect(await far.handler({})).toMatchObject({
      success: true,
      migrations_applied: ["008_add_options_support"],
      migrations_skipped: ["001_init", "002_dispatch"],
    });
    expect(await far.handler({})).toMatchObject({
      success: true,
      migrations_applied: [],
      migrations_skipped: Object.keys(all),
    });
    // What document 003 asks its query Lambda.
    const rows = await rowsOf<{ applied_at: Date }>(
      database.url,
      "SELECT version, applied_at FROM schema_migrations WHERE version LIKE '008%'",
    );
    expect(rows).toEqual([{ version: "008_add_options_support", applied_at: expect.any(Date) }]);
    const after = await rowsOf(database.url, "SELECT version, applied_at FROM schema_migrations ORDER BY 1");
    expect(after.slice(0, 2)).toEqual(before);
  });

  it("goes on where ours was: it reads our rows, and we read its", async () => {
    const far = takesOver(first);
    expect(await far.handler({})).toMatchObject({ migrations_applied: Object.keys(first) });
    expect(await oldLambda(all)).toEqual({
      success: true,
      migrations_applied: ["008_add_options_support"],
      migrations_skipped: Object.keys(first),
    });
    const status = expectSuccess(await takesOver(all).status());
    expect(status).toMatchObject({ state: "up_to_date", problems: [] });
    expect(await takesOver(all).handler(null)).toMatchObject({ success: true, migrations_applied: [] });
  });

  it("says in its lists what stands before a failure, and goes on behind it", async () => {
    const broken = { ...all, "009_broken": "CREATE TABLE executions ()", "010_last": "SELECT 1" };
    const failed = await takesOver(broken).handler({});
    expect(failed).toMatchObject({
      success: false,
      migrations_applied: Object.keys(all),
      migrations_skipped: [],
      error: { code: "migration_failed", revision: "009_broken" },
    });
    const repaired = await takesOver({ ...broken, "009_broken": "CREATE TABLE more ()" }).handler({});
    expect(repaired).toMatchObject({ success: true, migrations_applied: ["009_broken", "010_last"] });
  });

  it("is never answered with success where time was short: nobody sends a second part", async () => {
    const far = takesOver(all);
    const isLate = () => far.logs.some(({ event }) => event === "migration_applied");
    const short = { getRemainingTimeInMillis: () => (isLate() ? 4000 : 60_000) };
    for (const event of [{}, { admin_operation: "run_migrations", confirm: true }]) {
      far.logs.length = 0;
      const answer = await far.handler(event, short);
      expect(answer).toMatchObject({
        success: false,
        state: "pending_migrations",
        error: { code: "interrupted", message: expect.stringMatching(/1 of \d are applied, none failed/) },
        run: { state: "failed" },
      });
    }
    // And what comes next is not kept out.
    expect(await far.handler({})).toMatchObject({
      success: true,
      migrations_applied: ["008_add_options_support"],
    });
  });

  it("and only its own event has the lists", async () => {
    const answer = await takesOver(all).handler({ admin_operation: "run_migrations", confirm: true });
    expect(answer).not.toHaveProperty("migrations_applied");
  });
});
