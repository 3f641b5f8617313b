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

test("a failed migration is resolved by name, or by the run itself", { timeout: 180_000 }, async () => {
  const path = "prisma/migrations/20250610080000_invoices/migration.sql";
  const good = 'CREATE TABLE "Invoice" (id int);\n';
  const project = await prisma.make({ [path]: `${good}SELECT 1/0;\n` });
  try {
    expect((await project.cli(["run"])).exitCode).toBe(4);
    expect((await project.cli(["status", "--exit-code", "--quiet"])).exitCode).toBe(4);
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
