import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { commandsBelow, commandsReference, programToRead } from "../../.config/commands.js";
import { mentionsIn, words } from "../support/mentions.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const markdownIn = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));

const reference = "docs/commands.md";
const pages = ["README.md", ...markdownIn("docs"), ...markdownIn(".github")];
const commands = commandsBelow(programToRead().program);
const names = commands.map(([path]) => path).filter((path) => path !== "" && !path.includes(" "));
const flags = new Set(
  commands.flatMap(([, { options }]) => options.map(({ long }) => long)).concat("--help"),
);

/** Flags of other programs that the pages name, and whose they are. */
const flagsOfOthers: Record<string, string> = {
  "--applied": "prisma migrate resolve",
  "--autogenerate": "alembic revision",
  "--create-only": "prisma migrate dev",
  "--function-name": "aws lambda",
  "--force": "php artisan migrate",
  "--global": "npm install",
  "--noinput": "manage.py migrate",
  "--omit": "npm install",
  "--only-binary": "pip install",
  "--payload": "aws lambda invoke",
  "--platform": "pip install",
  "--prefix": "npm ci",
  "--rolled-back": "prisma migrate resolve",
  "--save-dev": "npm install",
  "--save-exact": "npm install",
  "--sql": "alembic upgrade",
  "--write": "npm run bench:faults",
};

/** What the parser has against a command line; undefined where it would be carried out. */
async function objection(argv: string[]): Promise<CommanderError | undefined> {
  try {
    await programToRead().program.parseAsync(argv, { from: "user" });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? undefined : error;
  }
}

test("docs/commands.md is what `npm run docs` writes", () => {
  expect(read(reference)).toBe(commandsReference());
});

/** The reference by heading; what stands under the headings of no command belongs to the program itself. */
function sections(): Map<string, string> {
  const parts = read(reference).split(/^## /m);
  return new Map(parts.map((part) => [part.split("\n")[0] ?? "", part]));
}

test.each(commands)("the reference has everything of '%s'", (path, command) => {
  const section = sections().get(path === "" ? "Every command" : path) ?? "";
  const missing = command.options.filter(({ flags }) => !section.includes(`| \`${flags}\` | `));
  expect(missing).toEqual([]);
  for (const argument of command.registeredArguments)
    expect(section).toContain(`| \`${argument.name()}\` | `);
  expect(section).toMatch(path === "" ? /--help/ : new RegExp(`^migrate-remote ${path} ?`, "m"));
});

describe.each(pages)("%s", (page) => {
  const mentions = mentionsIn(read(page), names);

  test("names no flag that nobody has", () => {
    const unknown = mentions.flags.filter((flag) => !flags.has(flag) && !(flag in flagsOfOthers));
    expect(unknown).toEqual([]);
  });

  test("shows command lines that are understood", async () => {
    const wrong = [];
    for (const line of mentions.lines) {
      const error = await objection(words(line));
      if (error !== undefined) wrong.push(`${line}: ${error.message}`);
    }
    expect(wrong).toEqual([]);
  });

  test("names flags together with the commands that have them", async () => {
    // A name is no command line: `attach`, `fix-history --revision`.
    const cutShort = ["commander.missingArgument", "commander.optionMissingArgument"];
    const wrong = [];
    for (const name of mentions.names) {
      const error = await objection(words(name));
      if (error !== undefined && !cutShort.includes(error.code)) wrong.push(`${name}: ${error.message}`);
    }
    expect(wrong).toEqual([]);
  });

  test("links to files that are there", () => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path = ""]) => path);
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
  });
});

test("every flag of others is named somewhere", () => {
  const named = new Set(pages.flatMap((page) => mentionsIn(read(page), names).flags));
  expect(Object.keys(flagsOfOthers).filter((flag) => !named.has(flag) || flags.has(flag))).toEqual([]);
});

test("what the README links to is in the package", () => {
  const { files } = JSON.parse(read("package.json"));
  const links = [...read("README.md").matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path]) => path);
  expect(links).toContain(reference);
  expect(links.filter((link) => !files.includes(link))).toEqual([]);
});

test.each([
  ["`migrate-remote run --dry-rum`", "error: unknown option '--dry-rum'\n(Did you mean --dry-run?)"],
  ["```sh\nmigrate-remote statsu  # what\n```", "error: unknown command 'statsu'\n(Did you mean status?)"],
  ["say `migrate-remote status --out f`", "error: unknown option '--out'"],
  ["```\n$ migrate-remote attach\n```", "error: missing required argument 'run-id'"],
])("a page with %j would not do", async (page, message) => {
  const [line = ""] = mentionsIn(page, names).lines;
  expect((await objection(words(line)))?.message).toBe(message);
});

test("a line that names two commands is read to its end", () => {
  const page = "```\n  See it: migrate-remote status --all   Apply: migrate-remote run. Then rest.\n```";
  expect(mentionsIn(page, names).lines).toEqual(["status --all", "run"]);
});

test("what is no command of ours is not read as one", () => {
  const page = "migrate-remote drives it; `migrate-remote RUN_ID script`, `service=migrate-remote dbname=a`";
  expect(mentionsIn(page, names)).toEqual({ lines: [], names: [], flags: [] });
});
