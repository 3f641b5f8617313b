import { expect, test } from "vitest";
import { makeProject } from "../support/project.js";

test("rules strike, are silenced by comment and by configuration, and the far side takes the comments", async () => {
  const project = await makeProject({
    migrations: {
      "001_init.sql": "CREATE TABLE accounts (id int, notes text, old text);\n",
      "002_index.sql": "CREATE INDEX ON accounts (id);\n",
      "003_notes.sql":
        "-- migrate-remote: allow drop-column because they moved\nALTER TABLE accounts DROP COLUMN notes;\nALTER TABLE accounts DROP COLUMN old;\n",
      "004_tidy.sql": "-- migrate-remote: allow truncat\nTRUNCATE accounts;\nLOCK TABLE accounts;\n",
    },
    config: { rules: { truncate: "off" } },
  });
  try {
    expect((await project.cli(["run", "--target-revision", "001", "--json"])).exitCode).toBe(0);
    const status = (await project.cli(["status", "--json"])).json();
    // The table is not of this plan any more.
    expect(status.migrations.slice(1)).toMatchObject([
      { revision: "002_index", locks: [{ rule: "index-without-concurrently", severity: "lock", line: 1 }] },
      { destructive: [{ rule: "drop-column", severity: "loss", line: 3 }], silenced: ["drop-column"] },
      { locks: [{ rule: "lock-table" }], notes: [{ rule: "unknown-comment" }], silenced: ["truncate"] },
    ]);
    expect(status.migrations[1]).not.toHaveProperty("destructive");
    expect(status.migrations[3]).not.toHaveProperty("destructive");

    const text = (await project.cli(["status"])).stdout;
    expect(text).toContain("3 migrations pending, 1 that may destroy data");
    expect(text).toContain("[index-without-concurrently]");
    expect(text).toContain("did you mean truncate?");
    expect((await project.cli(["status", "--verbose"])).stdout).toContain("silenced: truncate");

    expect((await project.cli(["run", "--json"])).json()).toMatchObject({ outcome: "applied" });
  } finally {
    await project.dispose();
  }
});
