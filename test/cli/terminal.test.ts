import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { localStage, makeProject, type Project } from "../support/project.js";
import { ctrlC, enter, openTerminal, type Terminal } from "../support/terminal.js";
import { hasTool } from "../support/tools.js";

const bin = fileURLToPath(new URL("../../bin/migrate-remote.js", import.meta.url));
const question = "To apply 2 migrations on stage live, type migrate-production";
/** About as long as Prisma makes them. */
const longName = "20261120104512_drop_the_notes_nobody_reads";

// The streams of other tests say that they are a terminal. This is one.
describe.skipIf(!hasTool("python3"))("the built program in a terminal", () => {
  let project: Project;
  let terminal: Terminal;
  beforeAll(async () => {
    const guarded = { ...localStage, protected: true, snapshot: { none: "a test" } };
    project = await makeProject({
      migrations: {
        "20261119090000_notes.sql": "CREATE TABLE notes (id int);\nCREATE TABLE kept (id int);",
        [`${longName}.sql`]: "-- Nobody reads them.\nDROP TABLE notes;",
      },
      config: { stages: { live: guarded } },
    });
  });
  afterAll(() => project.dispose());
  afterEach(() => terminal.close());

  const open = (argv: string[], { cwd }: Project = project) => {
    const env = { PATH: process.env.PATH ?? "", XDG_STATE_HOME: join(cwd, ".state") };
    terminal = openTerminal([process.execPath, bin, ...argv], { cwd, env });
    return terminal;
  };
  const run = () => open(["run", "--stage", "live", "--allow-destructive"]);
  const tables = async () =>
    (await project.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).map(
      ({ tablename }) => tablename,
    );
  /** As a terminal copies it: what it wrapped itself is one line. */
  const copied = () =>
    terminal
      .screen()
      .lines.map(({ text, overflows }) => (overflows ? text.padEnd(80) : `${text}\n`))
      .join("");
  const expectPlainTerminal = () => {
    expect(terminal.screen().cursorShown).toBe(true);
    // The function's own log lines are shown as they are, and a command is never broken, so that it can be copied.
    const whole = /^(\d\d:\d\d:\d\d {2}| {4}migrate-remote )/;
    const ours = terminal.screen().lines.filter(({ text }) => !whole.test(text));
    expect(ours.filter(({ overflows }) => overflows)).toEqual([]);
  };

  test("the wrong phrase is refused: the plan with its SQL was on the screen before the question", async () => {
    const { shows, type, text, end } = run();
    await shows(question);
    const asked = text();
    type(`migrate-prod${enter}`);
    expect(await end).toEqual({ code: 5, restored: true });
    expect(asked.indexOf("CREATE TABLE notes (id int);")).toBeGreaterThan(0);
    expect(asked).toMatch(/^ {2}! DROP TABLE notes;$/m);
    expect(asked).toContain("destroys data: drops table notes (line 2)");
    expect(asked.indexOf("DROP TABLE notes;")).toBeLessThan(asked.indexOf(question));
    expect(text()).toContain("That is not the phrase. Nothing was changed.");
    expect(text()).not.toContain("✔");
    expect(text()).not.toMatch(/\n\n\n/);
    expectPlainTerminal();
    expect(await tables()).toEqual([]);
  });

  test("Ctrl-C at the question changes nothing and leaves the terminal as it was", async () => {
    const { shows, type, text, end } = run();
    await shows(question);
    type("migrate-");
    await shows(`${question} migrate-`);
    type(ctrlC);
    expect(await end).toEqual({ code: 130, restored: true });
    expect(text()).toContain("Interrupted. Nothing was changed.");
    expectPlainTerminal();
    expect(await tables()).toEqual([]);
  });

  test("the phrase typed right is consent, and the verdict fits the screen", async () => {
    const { shows, type, text, end } = run();
    await shows(question);
    type(`migrate-production${enter}`);
    expect(await end).toEqual({ code: 0, restored: true });
    expect(text().replace(/\s+/g, " ")).toContain("✓ Applied 2 migrations to live");
    expectPlainTerminal();
    expect(await tables()).toEqual(["kept", "schema_migrations"]);
  });

  test("Ctrl-C while the snapshot is being made says that it goes on, and how to wait for it", async () => {
    const snapshotted = await makeProject({
      migrations: { "001_notes.sql": "CREATE TABLE notes (id int);" },
      config: { stages: { live: { ...localStage, protected: true } } },
    });
    try {
      // RDS on this machine waits for whoever is at work in the database.
      const atWork = await snapshotted.connect();
      await atWork.query("BEGIN; CREATE TABLE unfinished (id int)");
      const { shows, type, text, end } = open(["run", "--stage", "live"], snapshotted);
      await shows("type migrate-production");
      expect(text()).toContain("Before the first statement a snapshot of instance shop-live is taken.");
      type(`migrate-production${enter}`);
      await shows("creating");
      type(ctrlC);
      expect(await end).toEqual({ code: 130, restored: true });
      const told = text().replace(/\s+/g, " ");
      expect(told).toContain("Interrupted. Nothing was sent that writes.");
      const [, id = ""] = /^ {4}migrate-remote snapshot wait (\S+) --stage live$/m.exec(copied()) ?? [];
      expect(id).toMatch(/^migrate-remote-live-/);
      expectPlainTerminal();

      await atWork.query("ROLLBACK");
      const waited = await snapshotted.cli(["snapshot", "wait", id, "--json"]);
      expect(waited.json().snapshot).toMatchObject({ id, status: "available" });
      expect(await snapshotted.query("SELECT 1 FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
    } finally {
      await snapshotted.dispose();
    }
  });
});
