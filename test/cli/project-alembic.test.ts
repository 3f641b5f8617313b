import { describe, expect, test } from "vitest";
import { alembic, saas } from "../support/project-kinds.js";
import { tellStories } from "../support/project-story.js";
import { revisionFile } from "../support/revision-file.js";

const { accounts, items, readAt, invoices, merge, names, index, archived } = saas;

const addTags = (column: string) =>
  revisionFile(
    "5c1e7f02ab94",
    archived,
    "add tags",
    `    op.create_table("tags", sa.Column("name", sa.String(80), primary_key=True))
    op.execute("INSERT INTO tags (${column}) VALUES ('new')")`,
  );
const tagItems = revisionFile(
  "e8d40c6b7713",
  "5c1e7f02ab94",
  "tag items",
  `    op.add_column("items", sa.Column("tag", sa.String(80), sa.ForeignKey("tags.name"), nullable=True))`,
);

describe.runIf(alembic.isPossible())("an Alembic project", () => {
  tellStories(alembic, {
    showsSql: {
      [accounts]: /CREATE TABLE users \([\s\S]*role user_role DEFAULT 'member' NOT NULL/,
      [index]: /CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_items_account_id_status/,
      [archived]: /ALTER TYPE item_status ADD VALUE IF NOT EXISTS 'archived'/,
    },
    unchecked: [names],
    data: {
      write: `
        INSERT INTO accounts (name, slug) VALUES ('Ada & Co', 'ada');
        INSERT INTO users (account_id, email, name) SELECT id, 'ada@example.com', 'Ada King Lovelace' FROM accounts;
        INSERT INTO users (account_id, email, name) SELECT id, 'plato@example.com', 'Plato' FROM accounts;`,
      read: "SELECT first_name, last_name, role::text FROM users ORDER BY id",
      becomes: [
        { first_name: "Ada", last_name: "King Lovelace", role: "member" },
        { first_name: "Plato", last_name: null, role: "member" },
      ],
    },
    failure: {
      broken: { ...addTags("label"), ...tagItems },
      repaired: addTags("name"),
      failed: "5c1e7f02ab94",
      after: "e8d40c6b7713",
      leaves: "tags",
      error: { sqlstate: "42703", message: expect.stringContaining("Nothing of it stands.") },
    },
  });

  test("what a repair across branches changes is announced row by row, and is what it does", {
    timeout: 180_000,
  }, async () => {
    const project = await alembic.make();
    try {
      for (const branch of [readAt, invoices])
        expect((await project.cli(["run", "--target-revision", branch])).exitCode).toBe(0);
      const announced = (stderr: string) =>
        stderr
          .split("\n")
          .flatMap(
            (line) => /^ {2}([+-]) (\S+) {2,}(?:recorded|taken)/.exec(line)?.slice(1, 3).join(" ") ?? [],
          );
      // To one of two branches: the other one's revisions go.
      const gone = await project.cli(["fix-history", "--revision", readAt.slice(0, 6)]);
      expect(gone.exitCode, gone.stderr).toBe(0);
      const lines = announced(gone.stderr);
      expect(lines.length).toBeGreaterThan(1);
      expect(lines).toContain(`- ${invoices}`);
      expect(gone.stdout).toContain(`0 recorded, ${lines.length} removed`);

      await project.query("INSERT INTO alembic_version VALUES ('deadbeef1234')");
      const end = await project.cli(["fix-history", "--revision", `${readAt},${invoices}`]);
      expect(end.exitCode, end.stderr).toBe(0);
      const back = announced(end.stderr);
      expect(back).toContain("- deadbeef1234");
      expect(back.filter((line) => line.startsWith("+")).sort()).toEqual(
        lines.map((line) => line.replace("-", "+")).sort(),
      );
      expect(end.stdout).toContain(`${lines.length} recorded, 1 removed`);
      expect(await alembic.history.current(project)).toEqual([invoices, readAt]);

      const unknown = await project.cli(["fix-history", "--revision", "ffff", "--json"]);
      expect(unknown.exitCode).toBe(2);
      expect(unknown.json()).toMatchObject({ outcome: "not_started", error: { code: "unknown_revision" } });
      const needless = await project.cli(["fix-history", "--revision", `${readAt},${invoices}`, "--json"]);
      expect(needless.json()).toMatchObject({ outcome: "nothing_to_do", recorded: [], removed: [] });
    } finally {
      await project.dispose();
    }
  });

  test("a target may be so many steps ahead, a branch leaves two heads, and a merge joins them", {
    timeout: 180_000,
  }, async () => {
    const project = await alembic.make();
    try {
      const two = await project.cli(["run", "--target-revision", "+2", "--json"]);
      expect(two.exitCode, two.stdout).toBe(0);
      expect(two.json()).toMatchObject({ applied: [accounts, items], currentRevisions: [items] });

      for (const branch of [readAt, invoices]) {
        const end = await project.cli(["run", "--target-revision", branch, "--json"]);
        expect(end.exitCode, end.stdout).toBe(0);
      }
      const both = await project.cli(["status", "--json"]);
      expect([...both.json().currentRevisions].sort()).toEqual([invoices, readAt]);
      expect(await alembic.history.current(project)).toEqual([invoices, readAt]);
      expect(both.json().pending).toEqual([merge, names, index, archived]);

      const joined = await project.cli(["run", "--target-revision", merge.slice(0, 5), "--json"]);
      expect(joined.json()).toMatchObject({ applied: [merge], currentRevisions: [merge] });
      const behind = await project.cli(["run", "--target-revision", items, "--json"]);
      expect(behind.exitCode).toBe(2);
      expect(behind.json().error.code).toBe("target_behind_current");
      const unknown = await project.cli(["run", "--target-revision", "ffff", "--json"]);
      expect(unknown.exitCode).toBe(2);
      expect(await alembic.history.current(project)).toEqual([merge]);
    } finally {
      await project.dispose();
    }
  });
});
