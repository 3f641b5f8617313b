import { appendFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { prisma } from "../support/project-kinds.js";
import { tellStories } from "../support/project-story.js";

tellStories(prisma, {
  showsSql: {
    "20250402133018_booking_guest_index": /^CREATE INDEX CONCURRENTLY/m,
    "20250416101102_touch_updated_at": /END;\n\$\$;/,
  },
  data: {
    write: `
      INSERT INTO "User" (id, email, phone) VALUES ('u1', 'ann@example.de', '1'), ('u2', 'bob@example.com', '2');
      INSERT INTO "EventType" (id, "ownerId", title, slug) VALUES ('e1', 'u1', 'Intro', 'intro');
      INSERT INTO "Booking" (id, "eventTypeId", "guestEmail", "guestName", "startsAt", "endsAt")
        VALUES ('b1', 'e1', 'guest@example.com', 'Guest', '2025-03-01 10:00', '2025-03-01 10:30');`,
    read: `SELECT u."timeZone", b.reference, o.bookings::int FROM "User" u
      LEFT JOIN "EventType" e ON e."ownerId" = u.id LEFT JOIN "Booking" b ON b."eventTypeId" = e.id
      LEFT JOIN "BookingOverview" o ON o."ownerId" = u.id ORDER BY u.id`,
    becomes: [
      { timeZone: "Europe/Berlin", reference: "B-EDBAB455", bookings: 1 },
      { timeZone: "UTC", reference: null, bookings: null },
    ],
  },
  failure: {
    broken: {
      "prisma/migrations/20250610080000_invoices/migration.sql":
        '-- CreateTable\nCREATE TABLE "Invoice" ("id" TEXT NOT NULL);\n\nINSERT INTO "Invoice" ("amount") VALUES (1);\n',
      "prisma/migrations/20250611080000_invoice_key/migration.sql":
        'ALTER TABLE "Invoice" ADD CONSTRAINT "Invoice_pkey" PRIMARY KEY ("id");\n',
    },
    repaired: {
      "prisma/migrations/20250610080000_invoices/migration.sql":
        '-- CreateTable\nCREATE TABLE "Invoice" ("id" TEXT NOT NULL);\n',
    },
    failed: "20250610080000_invoices",
    after: "20250611080000_invoice_key",
    leaves: "Invoice",
    error: { sqlstate: "42703", line: 4, column: 24 },
  },
});

test("a repair announces every row that it touches, and leaves an edited migration's alone", {
  timeout: 180_000,
}, async () => {
  const path = (name: string) => `prisma/migrations/${name}/migration.sql`;
  const elsewhere = "20250601080000_elsewhere";
  const edited = "20250430154740_booking_overview";
  const project = await prisma.make({ [path(elsewhere)]: "SELECT 1;\n" });
  try {
    expect((await project.cli(["run"])).exitCode).toBe(0);
    await rm(dirname(join(project.cwd, path(elsewhere))), { recursive: true });
    const text = await readFile(join(project.cwd, path(edited)), "utf8");
    await project.write({ [path(edited)]: `${text}-- edited\n` });
    const { revisions } = prisma;
    const last = revisions.indexOf(edited);
    const gone = [...revisions.slice(last + 1), elsewhere].sort();

    const end = await project.cli(["fix-history", "--revision", edited]);
    expect(end.exitCode, end.stderr).toBe(0);
    const announced = end.stderr.split("\n").filter((line) => /^ {2}[+-] /.test(line));
    expect(announced.map((line) => line.split(/ +/)[2]).sort()).toEqual(gone);
    expect(announced.every((line) => line.startsWith("  - "))).toBe(true);
    const columns = announced.map((line) => line.indexOf("taken out, not undone"));
    expect(new Set(columns).size).toBe(1);
    expect(end.stdout).toContain(`0 recorded, ${gone.length} removed`);
    expect((await project.cli(["status", "--json"])).json().problems).toMatchObject([
      { code: "edited", revision: edited },
    ]);
  } finally {
    await project.dispose();
  }
});

test("a failed migration is resolved by name, or by the run itself", { timeout: 180_000 }, async () => {
  const path = "prisma/migrations/20250610080000_invoices/migration.sql";
  const good = 'CREATE TABLE "Invoice" (id int);\n';
  const project = await prisma.make({ [path]: `${good}SELECT 1/0;\n` });
  try {
    // A log beside the handler is no deployment.
    const log = () => appendFileSync(join(project.cwd, "run.log"), "more\n");
    const failed = await project.cli(["run"], { onStderr: log, onStdout: log });
    expect(failed.exitCode, failed.stdout).toBe(4);
    expect(failed.stdout.replace(/\s+/g, " ")).toContain("Nothing of it stands");
    expect(failed.stdout).not.toContain("did not end well");
    const status = await project.cli(["status", "--exit-code"]);
    expect(status.exitCode).toBe(4);
    expect(status.stdout).toContain("did not end well");
    const undone = await project.cli(["fix-history", "--revision", "drop_user_phone"]);
    expect(undone.exitCode, undone.stderr).toBe(0);
    expect(undone.stderr).toContain("- 20250610080000_invoices");

    expect((await project.cli(["run"])).exitCode).toBe(4);
    await project.write({ [path]: good });
    const run = await project.cli(["run", "--fix-history", "--json"]);
    expect(run.exitCode, run.stdout).toBe(0);
    expect(run.json()).toMatchObject({ applied: ["20250610080000_invoices"], state: "up_to_date" });
  } finally {
    await project.dispose();
  }
});

test("a run that is applying a migration keeps another one waiting for its lock", {
  timeout: 180_000,
}, async () => {
  const revision = "20250610080000_gate";
  const sql = 'CREATE TABLE "Gate" (id int);\nSELECT pg_advisory_xact_lock(4711);\n';
  const project = await prisma.make({ [`prisma/migrations/${revision}/migration.sql`]: sql });
  try {
    const gate = await project.connect();
    await gate.query("SELECT pg_advisory_lock(4711)");
    const first = project.cli(["run", "--json"]);
    await expect
      .poll(() => project.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"), {
        timeout: 60_000,
      })
      .toHaveLength(1);

    const status = await project.cli(["status", "--exit-code"]);
    expect(status.exitCode, status.stdout).toBe(3);
    expect(status.stdout).toContain(`○ ${revision}`);
    expect(status.stdout).toMatch(/is being applied/);
    expect((await project.cli(["run", "--dry-run", "--json"])).json().planned).toEqual([revision]);
    const other = await project.cli(["run", "--json"]);
    expect(other.exitCode).toBe(6);
    expect(other.json()).toMatchObject({ outcome: "locked", error: { code: "locked" } });

    let waits = () => {};
    const isWaiting = new Promise<void>((resolve) => {
      waits = resolve;
    });
    const patient = project.cli(["run", "--wait-lock", "2m"], {
      onStderr: (text) => {
        if (/Waiting for the lock that run \S+ by tester@here holds/.test(text)) waits();
      },
    });
    await isWaiting;
    await gate.query("SELECT pg_advisory_unlock(4711)");
    expect((await first).json()).toMatchObject({ outcome: "applied" });
    const end = await patient;
    expect(end.exitCode, end.stdout).toBe(0);
    expect(end.stdout).toContain("nothing to do");
  } finally {
    await project.dispose();
  }
});
