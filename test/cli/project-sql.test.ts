import { describe } from "vitest";
import { fixtureFile, makeFixtureProject } from "../support/fixture-project.js";
import type { Project } from "../support/project.js";
import { type ProjectStory, tellStories } from "../support/project-story.js";

const history: ProjectStory["history"] = {
  table: "schema_migrations",
  current: async (project: Project) => {
    const rows = await project.query("SELECT version FROM schema_migrations ORDER BY version DESC LIMIT 1");
    return rows.map(({ version }) => String(version));
  },
};

describe("SQL files", () => {
  tellStories({
    engine: "sql",
    make: (files = {}) => makeFixtureProject("sql", { handler: "handler.handler", files }),
    history,
    revisions: [
      "001_init",
      "002_signals",
      "003_dispatch_executions",
      "004_seed_symbols",
      "005_touch_updated_at",
      "006_backfill_strategy",
      "007_index_open_executions",
      "008_add_options_support",
      "009_materialize_performance",
      "010_drop_signal_features",
    ],
    target: { asked: "005", revision: "005_touch_updated_at" },
    lostAt: "008_add_options_support",
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
  tellStories({
    engine: "sql",
    make: (files = {}) => makeFixtureProject("sql", { handler: "lambda_function.handler", files }),
    history,
    revisions: [
      "001_init",
      "002_executions",
      "003_prices",
      "004_seed",
      "005_touch",
      "006_strategy",
      "007_daily",
      "008_add_options_support",
    ],
    target: { asked: "6", revision: "006_strategy" },
    lostAt: "002_executions",
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
