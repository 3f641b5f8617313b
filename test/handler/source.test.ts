import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readDirectory, readInline } from "../../src/handler/engines/sql/source.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "migrate-remote-source-"));
  mkdirSync(join(root, "migrations"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const put = (name: string, content: string | Uint8Array = "SELECT 1;") =>
  writeFileSync(join(root, "migrations", name), content);
const read = () => readDirectory(join(root, "migrations"));

describe("a directory", () => {
  it("gives its NNN_name.sql in the order of their numbers", async () => {
    for (const name of [
      "10_ten.sql",
      "9-nine.sql",
      "002.two.sql",
      "0001_one.sql",
      "20261120104512_stamp.sql",
      "20261120104513_next.sql",
      "003_go.up.sql",
    ])
      put(name);
    for (const name of ["0001_one.down.sql", "9-nine.undo.sql", "README.md"]) put(name);
    mkdirSync(join(root, "migrations", "004_folder.sql"));
    const source = await read();
    expect(source.migrations.map(({ revision }) => revision)).toEqual([
      "0001_one",
      "002.two",
      "003_go",
      "9-nine",
      "10_ten",
      "20261120104512_stamp",
      "20261120104513_next",
    ]);
    expect(source.problems).toEqual([]);
  });

  it("tells which SQL files it passes over", async () => {
    for (const name of ["001_a.sql", "seed.sql", "V2__flyway.sql"]) put(name);
    expect((await read()).problems).toMatchObject([
      { code: "ignored_file", message: expect.stringContaining("V2__flyway.sql") },
      { code: "ignored_file", message: expect.stringContaining("seed.sql") },
    ]);
  });

  it("tells when there is nothing in it", async () => {
    expect(await read()).toMatchObject({ migrations: [], problems: [{ code: "no_migrations" }] });
  });

  it("keeps the bytes for the checksum and drops the byte order mark for PostgreSQL", async () => {
    const bytes = Buffer.from("\ufeffSELECT 'ä';\r\n");
    put("001_bom.sql", bytes);
    const [migration] = (await read()).migrations;
    expect(migration).toEqual({
      revision: "001_bom",
      sql: "SELECT 'ä';\r\n",
      checksum: createHash("sha256").update(bytes).digest("hex"),
      transactional: true,
    });
  });

  it("counts from the function's root, and may be a URL", async () => {
    put("001_a.sql");
    vi.stubEnv("LAMBDA_TASK_ROOT", root);
    expect((await readDirectory("migrations")).migrations).toHaveLength(1);
    expect((await readDirectory(pathToFileURL(join(root, "migrations")))).migrations).toHaveLength(1);
  });

  it.each<[string, Record<string, string | Uint8Array>, RegExp]>([
    [
      "two with one number",
      { "001_a.sql": "", "01_b.sql": "" },
      /001_a\.sql.*01_b\.sql|01_b\.sql.*001_a\.sql/,
    ],
    ["no UTF-8", { "001_latin.sql": Buffer.from([0x53, 0xe4]) }, /001_latin\.sql is not UTF-8/],
    ["a NUL character", { "001_nul.sql": "SELECT 1\0" }, /001_nul\.sql has a NUL/],
    [
      "an unknown directive",
      { "001_typo.sql": "-- migrate-remote: no-transacton\nSELECT 1" },
      /001_typo\.sql.*no-transacton/,
    ],
    [
      "a directive that allows nothing",
      { "001_typo.sql": "-- migrate-remote: alow drop-table\nDROP TABLE a" },
      /001_typo\.sql.*alow drop-table/,
    ],
  ])("is refused: %s", async (_, files, told) => {
    for (const [name, content] of Object.entries(files)) put(name, content);
    await expect(read()).rejects.toMatchObject({
      error: { code: "configuration_error", message: expect.stringMatching(told) },
    });
  });

  it("is refused where it is not there", async () => {
    await expect(readDirectory(join(root, "nowhere"))).rejects.toMatchObject({
      error: { code: "configuration_error", message: expect.stringContaining("nowhere") },
    });
  });
});

describe("the comment for no transaction", () => {
  it.each([
    ["-- migrate-remote: no-transaction\nVACUUM", false],
    ["--migrate-remote:no-transaction", false],
    ["\n-- why\r\n-- Migrate-Remote: No-Transaction\r\nVACUUM", false],
    ["SELECT 1;\n-- migrate-remote: no-transaction", true],
    [
      "-- migrate-remote: allow drop-table because it is old\n-- migrate-remote: no-transaction\nVACUUM",
      false,
    ],
    ["-- migrate-remote: allow a-rule-of-next-year, truncate\nTRUNCATE a", true],
    ["/* -- migrate-remote: no-transaction */ SELECT 1", true],
  ])("%j", (sql, transactional) => {
    expect(readInline({ "001_a": sql }).migrations[0]?.transactional).toBe(transactional);
  });
});

describe("migrations in code", () => {
  const revisions = (inline: Record<string, string>) =>
    readInline(inline).migrations.map(({ revision }) => revision);

  it("come by number where all have one", () => {
    expect(revisions({ "010_b": "", "2": "", "001_init": "" })).toEqual(["001_init", "2", "010_b"]);
  });

  it("come as written where not, and then may have no key that JavaScript moves", () => {
    expect(revisions({ init: "", "001_users": "", add: "" })).toEqual(["init", "001_users", "add"]);
    expect(() => readInline({ init: "", "8": "" })).toThrow(/no certain order/);
  });

  it("are in one order however they were written", () => {
    const numbers = fc.uniqueArray(fc.bigInt({ min: 1n, max: 10n ** 20n }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(numbers, (given) => {
        const sorted = [...given].sort((a, b) => (a < b ? -1 : 1)).map((number) => `${number}_m`);
        expect(revisions(Object.fromEntries(given.map((number) => [`${number}_m`, ""])))).toEqual(sorted);
      }),
    );
  });
});
