import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Project } from "../../src/project/project.js";
import { headsOf, readRevisions } from "../../src/project/revisions.js";
import { readRevision } from "../../src/project/sources/alembic.js";
import { hasPython } from "../support/python.js";

const projects = fileURLToPath(new URL("../fixtures/projects/", import.meta.url));

function projectAt(engine: Project["engine"], migrations: string): Project {
  return {
    engine,
    root: dirname(migrations),
    migrations,
    evidence: join(dirname(migrations), "alembic.ini"),
  };
}

describe("the fixtures", () => {
  test("Alembic's, with a merge of two branches", async () => {
    const revisions = await readRevisions(
      projectAt("alembic", join(projects, "alembic/migrations/versions")),
    );
    expect(revisions).toHaveLength(10);
    expect(revisions[0]).toMatchObject({
      revision: "f1f953137d75",
      downRevisions: [],
      name: "create accounts and users",
    });
    const merge = revisions.find(({ revision }) => revision === "49edd0efe616");
    expect(merge?.downRevisions).toEqual(["dffcf63f8aef", "18e6e996d561"]);
    for (const [index, { downRevisions }] of revisions.entries())
      for (const down of downRevisions)
        expect(revisions.findIndex(({ revision }) => revision === down)).toBeLessThan(index);
    expect(headsOf(revisions)).toHaveLength(1);
  });

  test("Flask-Migrate's, without annotations", async () => {
    const folder = join(projects, "flask-migrate/migrations/versions");
    expect(await readRevisions(projectAt("alembic", folder))).toHaveLength(10);
  });

  test("Prisma's, by folder", async () => {
    const revisions = await readRevisions(projectAt("prisma", join(projects, "prisma/prisma/migrations")));
    expect(revisions).toHaveLength(11);
    expect(revisions[1]).toMatchObject({
      revision: "20250121160455_event_types",
      downRevisions: ["20250114093012_init"],
      name: "event types",
    });
    expect(headsOf(revisions)).toEqual(["20250526120513_drop_user_phone"]);
  });

  test("numbered SQL", async () => {
    const revisions = await readRevisions(projectAt("sql", join(projects, "sql/migrations")));
    expect(headsOf(revisions)).toEqual(["010_drop_signal_features"]);
    expect(revisions[8]?.downRevisions).toEqual(["008_add_options_support"]);
  });
});

describe("one revision's file", () => {
  const read = (text: string) => readRevision("/versions/aa11_add_invoices.py", text);

  test.each([
    ["plain", "revision = 'aa11'\ndown_revision = 'bb22'\n", ["bb22"]],
    [
      "annotated, both quotes",
      'revision: str = "aa11"\ndown_revision: Union[str, None] = "bb22"\n',
      ["bb22"],
    ],
    ["none", "revision = 'aa11'\ndown_revision = None\n", []],
    ["a tuple", "revision = 'aa11'\ndown_revision = ('bb22', 'cc33')\n", ["bb22", "cc33"]],
    ["a tuple of one", "revision = 'aa11'\ndown_revision = ('bb22',)\n", ["bb22"]],
    ["in brackets", "revision = ('aa11')\ndown_revision = ('bb22')\n", ["bb22"]],
    ["a bare tuple", "revision = 'aa11'\ndown_revision = 'bb22', 'cc33'\n", ["bb22", "cc33"]],
    [
      "over lines",
      "revision = 'aa11'\ndown_revision = [  # both\n  'bb22',\n  'cc33',\n]\n",
      ["bb22", "cc33"],
    ],
    ["a broken line", "revision = \\\n  'aa11'\ndown_revision = 'bb' \\\n  '22'\n", ["bb22"]],
    ["one line", "revision = 'aa11'; down_revision = 'bb22'", ["bb22"]],
    ["carriage returns", "revision = 'aa11'\r\ndown_revision = 'bb22'\r\n", ["bb22"]],
    ["a byte order mark", "\ufeffrevision = 'aa11'\ndown_revision = 'bb22'\n", ["bb22"]],
    [
      "decoys",
      '"""down_revision = \'x\'"""\nrevision = \'aa11\'\n# down_revision = "y"\ndown_revision = \'bb22\'\ndef f():\n    down_revision = "z"\n',
      ["bb22"],
    ],
    ["concatenated", "revision = 'aa' + '11'\ndown_revision = 'bb22'\n", ["bb22"]],
  ])("%s", (_, text, down) => {
    expect(read(text)).toMatchObject({ revision: "aa11", downRevisions: down });
  });

  test.each([
    ["nothing", "x = 1\n", "it declares no revision"],
    ["computed", "revision = make()\ndown_revision = None\n", "its revision is not written out as a string"],
    [
      "filled in",
      "revision = f'{prefix}1'\ndown_revision = None\n",
      "its revision is not written out as a string",
    ],
    ["no parent", "revision = 'a'\n", "it declares no down_revision"],
    [
      "computed parent",
      "revision = 'a'\ndown_revision = previous()\n",
      "its down_revision is not written out as strings or None",
    ],
    [
      "augmented",
      "revision = 'a'\nrevision += 'b'\ndown_revision = other\n",
      "its down_revision is not written out as strings or None",
    ],
    ["an open string", "revision = 'a\ndown_revision = None\n", "a string is never closed"],
    ["an open bracket", "revision = 'a'\ndown_revision = (\n", "( is never closed"],
  ])("%s is told, not guessed", (_, text, message) => {
    expect(read(text)).toMatchObject({ message });
  });

  test("any text ends in an answer", () => {
    const pieces = fc.constantFrom(
      "revision",
      "down_revision",
      "=",
      "'",
      '"',
      '"""',
      "(",
      ")",
      "[",
      "{",
      "}",
      "f'",
      "\\",
      "\n",
      ",",
      ":",
      " ",
      "#",
      "None",
      "a.b(",
      "+",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "grapheme" }),
          fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join("")),
        ),
        (text) => {
          const answer = read(text);
          expect("revision" in answer || answer.message.length > 0).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("brackets as deep as anyone likes", () => {
    const deep = "(".repeat(50_000) + ")".repeat(50_000);
    expect(read(`revision = 'a'\ndown_revision = ${deep}\n`)).toMatchObject({ line: 2 });
  });
});

describe("against Python's own reading", () => {
  test.runIf(hasPython())("strings decode as Python decodes them", () => {
    const quotes = fc.constantFrom("'", '"', "'''", '"""');
    const prefix = fc.constantFrom("", "r", "u", "R", "U");
    const body = fc
      .array(
        fc.oneof(
          fc.string({ unit: "grapheme-ascii" }),
          fc.constantFrom("\\n", "\\'", '\\"', "\\\\", "\\x41", "\\u00e9", "\\101", "é", "\\d", "{x}", "#"),
        ),
      )
      .map((parts) => parts.join(""));
    const sources = fc.sample(
      fc.tuple(prefix, quotes, body).map(([p, q, b]) => `${p}${q}${b}${q}`),
      { numRuns: 3000, seed: 7 },
    );
    const script = [
      "import ast, json, sys, warnings",
      "warnings.simplefilter('ignore')",
      "def value(text):",
      "    try:",
      "        tree = ast.parse(\"revision = 'a'\\ndown_revision = \" + text + '\\n').body",
      "        return tree[1].value.value if len(tree) == 2 and isinstance(tree[1].value, ast.Constant) and isinstance(tree[1].value.value, str) else None",
      "    except (SyntaxError, ValueError):",
      "        return None",
      "print(json.dumps([value(text) for text in json.load(sys.stdin)]))",
    ].join("\n");
    const expected = JSON.parse(
      execFileSync("python3", ["-c", script], { input: JSON.stringify(sources), encoding: "utf8" }),
    );
    let compared = 0;
    for (const [index, source] of sources.entries()) {
      if (typeof expected[index] !== "string") continue;
      compared += 1;
      expect([source, readRevision("/v/a.py", `revision = 'a'\ndown_revision = ${source}\n`)]).toEqual([
        source,
        expect.objectContaining({ downRevisions: [expected[index]] }),
      ]);
    }
    expect(compared).toBeGreaterThan(500);
  });
});

describe("folders", () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), "revisions-")), "versions");
    await mkdir(folder);
  });
  afterEach(() => rm(dirname(folder), { recursive: true }));

  const revision = (id: string, down: string | null, more = "") =>
    writeFile(
      join(folder, `${id}_x.py`),
      `revision = "${id}"\ndown_revision = ${JSON.stringify(down)?.replace("null", "None")}\n${more}`,
    );

  test("one that is not there yet has no revisions", async () => {
    expect(await readRevisions(projectAt("alembic", join(folder, "absent")))).toEqual([]);
    expect(await readRevisions(projectAt("prisma", join(folder, "absent")))).toEqual([]);
    expect(await readRevisions(projectAt("sql", join(folder, "absent")))).toEqual([]);
  });

  test("a file that cannot be read is named, with its line", async () => {
    await revision("aaaa", null);
    await writeFile(join(folder, "helper.py"), "x = 1\n");
    await writeFile(join(folder, "broken.py"), "\nrevision = 'x\n");
    await writeFile(join(folder, "__init__.py"), "");
    const reading = readRevisions(projectAt("alembic", folder));
    await expect(reading).rejects.toThrow(
      /versions\/broken\.py:2: a string is never closed\n.*helper\.py: it declares no revision/,
    );
  });

  test("what is depended on comes before, by id, abbreviated or by label, and is no head", async () => {
    await revision("aaaa1111", "bbbb2222", "depends_on = ('cccc', 'billing')\n");
    await revision("bbbb2222", null);
    await revision("cccc3333", null);
    await revision("dddd4444", null, "branch_labels = ('billing',)\n");
    const revisions = await readRevisions(projectAt("alembic", folder));
    expect(revisions.at(-1)).toMatchObject({ revision: "aaaa1111", dependsOn: ["cccc3333", "dddd4444"] });
    expect(headsOf(revisions)).toEqual(["aaaa1111"]);
  });

  test("two heads, and a circle", async () => {
    await revision("a", null);
    await revision("b", "a");
    await revision("c", "a");
    await revision("d", "e");
    await revision("e", "d");
    const revisions = await readRevisions(projectAt("alembic", folder));
    expect(headsOf(revisions)).toEqual(["b", "c"]);
    expect(revisions).toHaveLength(5);
  });

  test("SQL by number, whatever the width, without what goes back", async () => {
    for (const name of ["2_b.sql", "010_c.up.sql", "010_c.down.sql", "1_a.sql", "notes.sql"])
      await writeFile(join(folder, name), "SELECT 1;\n");
    const revisions = await readRevisions(projectAt("sql", folder));
    expect(revisions.map((one) => one.revision)).toEqual(["1_a", "2_b", "010_c"]);
    expect(await readdir(folder)).toContain("notes.sql");
    expect(await readFile(revisions[2]?.file ?? "", "utf8")).toBe("SELECT 1;\n");
  });
});
