import { describe, expect, test } from "vitest";
import { migrationSql, migrationTable } from "../../src/output/migrations.js";
import { makeStyle } from "../../src/output/style.js";
import { columnsOf } from "../../src/output/width.js";
import type { MigrationView } from "../../src/workflow/results.js";
import { review } from "../workflow/review/support.js";

const style = (columns: number, verbose = false, color = false) =>
  makeStyle({
    verbose,
    color,
    isTerminal: true,
    columns,
    env: color ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" },
  });

async function shown(sql: string, how = style(80)): Promise<string[]> {
  return migrationTable(await review([sql]), how);
}

describe("what the rules struck", () => {
  test("stands below its migration with its line and its rule's name", async () => {
    expect(await shown("ALTER TABLE accounts\nDROP notes")).toEqual([
      "  ! 001  pending",
      "      ! destroys data: drops column accounts.notes (line 1) [drop-column]",
    ]);
    expect(await shown("NOT SQL")).toEqual([
      "  ! 001  pending",
      "      ! unchecked: PostgreSQL's parser cannot read it [unchecked]",
    ]);
  });

  test("a lock is a warning: the migration's own mark stays calm, and so does the colour", async () => {
    const [row, ...below] = await shown("CREATE INDEX ON invoices (a)");
    expect(row).toBe("  ○ 001  pending");
    expect(below).toEqual([
      "      ! locks: index on invoices blocks writes while it is built: CREATE INDEX",
      "        CONCURRENTLY (line 1) [index-without-concurrently]",
    ]);
    const yellow = "\x1b[33m";
    expect((await shown("CREATE INDEX ON a (b)", style(80, false, true))).join("\n")).not.toContain(yellow);
    expect((await shown("DROP TABLE a", style(80, false, true))).join("\n")).toContain(
      `${yellow}! destroys data`,
    );
  });

  test("fits the terminal where words can be broken", async () => {
    const sql =
      "ALTER TABLE t ADD a serial, ADD b int UNIQUE CHECK (b > 0), ADD c uuid DEFAULT f(), ALTER d SET NOT NULL";
    for (const line of await shown(sql)) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test("many locks are counted, what destroys data never is", async () => {
    const sql = `${"CREATE INDEX ON a (b);".repeat(9)}${"DROP TABLE c;".repeat(9)}`;
    const text = (await shown(sql, style(200))).join("\n");
    expect(text.match(/locks: index/g)).toHaveLength(4);
    expect(text).toContain("… locks: 5 more (--verbose shows all)");
    expect(text.match(/destroys data:/g)).toHaveLength(9);
    expect((await shown(sql, style(200, true))).join("\n").match(/locks: index/g)).toHaveLength(9);
  });

  test("a comment that means nothing is told, what was silenced only with --verbose", async () => {
    const sql = "-- migrate-remote: allow drop-table, drop-tabel\nDROP TABLE a";
    expect(await shown(sql)).toEqual([
      "  ○ 001  pending",
      "      ! comment: there is no rule drop-tabel: did you mean drop-table? (line 1)",
      "        [unknown-comment]",
    ]);
    expect(await shown(sql, style(80, true))).toContain("      silenced: drop-table");
  });

  test("foreign names cannot steer the terminal", () => {
    const hostile: MigrationView = {
      revision: "1",
      status: "pending",
      destructive: [{ rule: "drop-table", severity: "loss", message: "drops table \x1b[2Ja\nb" }],
    };
    const lines = migrationTable([hostile], style(80));
    expect(lines.join("")).not.toContain("\x1b");
    expect(lines).toHaveLength(2);
  });
});

test("SQL that is wider than the screen goes on further in; in a file it stays as it is", () => {
  const sql = `CREATE TABLE invoices (id bigint PRIMARY KEY, account bigint REFERENCES accounts (id), ${"amount numeric, ".repeat(5)})`;
  const one: MigrationView = { revision: "1", status: "pending", sql };
  const [, , ...lines] = migrationSql([one], style(80)).join("\n").split("\n");
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
  for (const line of lines.slice(1)) expect(line).toMatch(/^ {8}\S/);
  const file = makeStyle({ verbose: false, color: false, isTerminal: false, columns: undefined, env: {} });
  expect(migrationSql([one], file)).toContain(`    ${sql}`);
});

describe("what a migration is about", () => {
  const about = (description: string, durationMs?: number): MigrationView => ({
    revision: "f1f953137d75",
    status: "applied",
    description,
    ...(durationMs === undefined ? {} : { durationMs }),
  });

  test("stands behind its line", () => {
    const one = { revision: "8ee2511e1966", status: "pending" } as const;
    expect(migrationTable([about("create accounts", 36), one, about("add \x1b[2Jitems")], style(80))).toEqual(
      [
        "  ✓ f1f953137d75  applied  36 ms  create accounts",
        "  ○ 8ee2511e1966  pending",
        "  ✓ f1f953137d75  applied         add \\x1b[2Jitems",
      ],
    );
  });

  test("ends where the screen does, and in a file not at all", () => {
    const long = about("give every account a 口座番号 ".repeat(9));
    for (let columns = 40; columns < 120; columns += 1) {
      const [line = ""] = migrationTable([long], style(columns));
      expect(columnsOf(line), line).toBeLessThanOrEqual(columns);
    }
    const file = makeStyle({ verbose: false, color: false, isTerminal: false, columns: undefined, env: {} });
    expect(migrationTable([long], file)[0]).toContain(long.description);
    expect(migrationTable([{ ...long, revision: "a".repeat(60) }], style(80))[0]).not.toContain("give");
  });
});

test("a migration of no statement, such as a merge of two branches, says that it has none", () => {
  const merge: MigrationView = { revision: "49edd0efe616", status: "pending", sql: "" };
  expect(migrationSql([merge], style(80))).toEqual(["", "  49edd0efe616", "    (no SQL)"]);
});
