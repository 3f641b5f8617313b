import { describe } from "vitest";
import { fixtureFile } from "../support/fixture-project.js";
import { sqlFiles, sqlMap } from "../support/project-kinds.js";
import { tellStories } from "../support/project-story.js";

describe("SQL files", () => {
  tellStories(sqlFiles, {
    showsSql: { "007_index_open_executions": /^CREATE INDEX CONCURRENTLY/m },
    data: {
      write: `
        INSERT INTO signals (symbol, side, strategy, confidence) VALUES ('SPY', 'buy', 'momentum', 0.9);
        INSERT INTO dispatch_executions (signal_id, quantity) SELECT id, 10 FROM signals;`,
      read: "SELECT strategy, instrument_type FROM dispatch_executions",
      becomes: [{ strategy: "momentum", instrument_type: "stock" }],
    },
    failure: {
      broken: {
        "migrations/011_fees.sql": "CREATE TABLE fees (id int);\nINSERT INTO fees (amount) VALUES (1);\n",
        "migrations/012_fee_index.sql": "CREATE INDEX fees_id ON fees (id);\n",
      },
      repaired: {
        "migrations/011_fees.sql": "CREATE TABLE fees (id int);\nINSERT INTO fees (id) VALUES (1);\n",
      },
      failed: "011_fees",
      after: "012_fee_index",
      leaves: "fees",
      error: { sqlstate: "42703", line: 2, column: 19 },
    },
  });
});

describe("an inline map", () => {
  const source = fixtureFile("sql", "lambda_function.mjs");
  const withMore = (third: string) => ({
    "lambda_function.mjs": source.replace(
      /\n};\n/,
      `\n  "009_fees": \`\nCREATE TABLE fees (id INT);\nINSERT INTO fees (${third}) VALUES (1);\n\`,
  "010_fee_index": "CREATE INDEX fees_id ON fees (id)",\n};\n`,
    ),
  });
  tellStories(sqlMap, {
    showsSql: { "008_add_options_support": /CREATE VIEW daily_options_summary/ },
    data: {
      write: `
        INSERT INTO signals (symbol, side) VALUES ('QQQ', 'sell');
        INSERT INTO dispatch_executions (signal_id, opened_at) SELECT id, '2026-01-26 10:00Z' FROM signals;`,
      read: "SELECT trades::int, (SELECT count(*)::int FROM active_options_positions) AS options FROM daily_summary",
      becomes: [{ trades: 1, options: 0 }],
    },
    failure: {
      broken: withMore("amount"),
      repaired: withMore("id"),
      failed: "009_fees",
      after: "010_fee_index",
      leaves: "fees",
      error: { sqlstate: "42703", line: 3 },
    },
  });
});
