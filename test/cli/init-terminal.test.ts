import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { filesBelow } from "../support/files-below.js";
import { cdkElsewhere, samOurs } from "../support/infrastructures.js";
import { repositories } from "../support/repository.js";
import { ctrlC, enter, openTerminal, type Terminal } from "../support/terminal.js";
import { hasTool } from "../support/tools.js";

const bin = fileURLToPath(new URL("../../bin/migrate-remote.js", import.meta.url));
const down = "\u001b[B";
const up = "\u001b[A";

describe.skipIf(!hasTool("python3"))("init in a terminal", () => {
  const repository = repositories();
  let terminal: Terminal | undefined;
  afterEach(() => terminal?.close());

  const open = (cwd: string, argv: string[] = []) => {
    const env = { PATH: process.env.PATH ?? "" };
    terminal = openTerminal([process.execPath, bin, "init", ...argv], { cwd, env });
    return terminal;
  };
  const config = (cwd: string) => readFile(join(cwd, ".migraterc.json"), "utf8");
  const names = (cwd: string) => Object.keys(filesBelow(cwd)).sort();

  test("what is proposed stands on the screen before the question, and yes writes it", async () => {
    const cwd = await repository(samOurs);
    const { shows, type, text, end } = open(cwd);
    await shows("Write this file?");
    expect(text()).toContain('"function": "trading-migrate-{stage}",');
    expect(text()).toMatch(/function +template\.yaml:8/);
    expect(names(cwd)).toEqual(Object.keys(samOurs).sort());
    type(`y${enter}`);
    expect(await end).toEqual({ code: 0, restored: true });
    expect(text()).toContain("Wrote 1 file: .migraterc.json.");
    expect(text()).toContain("migrate-remote status");
    // Once, not again as the result.
    expect(text().split('"function": "trading-migrate-{stage}"')).toHaveLength(2);
    expect(await config(cwd)).toContain('"contract": "migrate-remote"');
  });

  test("Enter alone is no, and Ctrl-C changes nothing", async () => {
    const cwd = await repository(samOurs);
    const first = open(cwd);
    await first.shows("Write this file?");
    first.type(enter);
    expect(await first.end).toEqual({ code: 5, restored: true });
    expect(first.text()).toContain("Nothing was written.");
    const second = open(cwd);
    await second.shows("Write this file?");
    second.type(ctrlC);
    expect(await second.end).toEqual({ code: 130, restored: true });
    expect(second.text()).toContain("Interrupted. Nothing was changed.");
    expect(names(cwd)).toEqual(Object.keys(samOurs).sort());
  });

  test("only what is not seen is asked: the contract; the name is known", async () => {
    const cwd = await repository(cdkElsewhere);
    const { shows, type, text, end } = open(cwd);
    await shows("What does the migration Lambda take?");
    // Behind the handler that could be written, and migrate-remote: admin-operation.
    type(`${down}${down}${enter}`);
    await shows("Which stages are there in AWS?");
    type(enter);
    await shows("Write this file?");
    expect(text()).not.toContain("What is it called?");
    type(`y${enter}`);
    expect(await end).toEqual({ code: 0, restored: true });
    expect(await config(cwd)).toContain('"contract": "admin-operation"');
  });

  test("both are asked where nothing shows them; an answer may be a template", async () => {
    const cwd = await repository({ "package.json": '{"name": "shop"}' });
    const { shows, type, end } = open(cwd);
    await shows("What does the migration Lambda take?");
    type(`${down}${down}${enter}`);
    await shows("What is it called?");
    type(`{project}-db-{stage}${enter}`);
    await shows("Which stages are there in AWS?");
    type(`qa live${enter}`);
    await shows("Write this file?");
    type(`y${enter}`);
    expect(await end).toEqual({ code: 0, restored: true });
    expect(await config(cwd)).toContain('"function": "{project}-db-{stage}"');
    expect(await config(cwd)).toContain('"contract": "empty-event"');
    expect(await config(cwd)).toContain('"qa": {},');
    expect(await config(cwd)).toContain('"live": { "protected": true },');
  });

  test("who does not know is told beforehand that nothing can be written, and then what to do", async () => {
    const cwd = await repository({
      "back/alembic.ini": "[alembic]\nscript_location = alembic\n",
      "billing/migrations/001_a.sql": "SELECT 1;",
    });
    const { shows, type, text, end } = open(cwd);
    await shows("There is none yet: write one for alembic");
    await shows("There is none yet: write one for sql");
    await shows("I do not know: stop here, and write nothing");
    type(`${up}${enter}`);
    expect((await end).code).toBe(2);
    expect(text()).toContain("migrate-remote init --handler sql");
  });

  test("a handler is offered where there is none, and Enter takes it", async () => {
    const cwd = await repository({ "package.json": '{"name": "shop"}', "migrations/001_a.sql": "SELECT 1;" });
    const { shows, type, end } = open(cwd);
    await shows("There is none yet: write one for sql");
    type(enter);
    await shows("Which stages are there in AWS?");
    type(enter);
    await shows("Write these 3 files?");
    type(`y${enter}`);
    expect(await end).toEqual({ code: 0, restored: true });
    expect(names(cwd)).toEqual([
      ".migraterc.json",
      "lambda/migrate/README.md",
      "lambda/migrate/handler.mjs",
      "migrations/001_a.sql",
      "package.json",
    ]);
  });
});
