import { makeFixtureProject } from "./fixture-project.js";
import type { Project } from "./project.js";
import { hasPython } from "./python.js";

/** One project of `test/fixtures/projects`, and what tests have to know of it. Revisions are written as its engine writes them. */
export interface ProjectKind {
  engine: string;
  /** Whether this machine has what it runs on. */
  isPossible: () => boolean;
  make: (files?: Record<string, string>) => Promise<Project>;
  /** All revisions, in an order in which they may be applied. */
  revisions: string[];
  /** Revisions that each comes after; without it each comes after the one before. */
  parents?: Record<string, string[]>;
  /** A revision on the way, as a person asks for it. */
  target: { asked: string; revision: string };
  /** Where the database stands when its history is lost: a revision whose schema is that of no other. */
  lostAt: string;
  /** The engine's own table of history, and the revisions that it says are current. */
  history: { table: string; current: (project: Project) => Promise<string[]> };
  /** History keeps a migration that failed, and no run starts before it is repaired. */
  keepsFailures?: true;
}

/** Asks the history table for one column. */
const currentBy = (sql: string) => async (project: Project) =>
  (await project.query(sql)).map(({ current }) => String(current));

export const sqlHistory = {
  table: "schema_migrations",
  current: currentBy("SELECT version AS current FROM schema_migrations ORDER BY version DESC LIMIT 1"),
};

export const alembicHistory = {
  table: "alembic_version",
  current: currentBy("SELECT version_num AS current FROM alembic_version ORDER BY version_num"),
};

export const sqlFiles: ProjectKind = {
  engine: "sql",
  isPossible: () => true,
  make: (files = {}) => makeFixtureProject("sql", { handler: "handler.handler", files }),
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
  history: sqlHistory,
};

export const sqlMap: ProjectKind = {
  engine: "sql",
  isPossible: () => true,
  make: (files = {}) => makeFixtureProject("sql", { handler: "lambda_function.handler", files }),
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
  history: sqlHistory,
};

export const prisma: ProjectKind = {
  engine: "prisma",
  isPossible: () => true,
  make: (files = {}) => makeFixtureProject("prisma", { handler: "handler.handler", files }),
  revisions: [
    "20250114093012_init",
    "20250121160455_event_types",
    "20250203111820_bookings",
    "20250218081544_availability",
    "20250304142209_booking_reference",
    "20250319095531_backfill_time_zones",
    "20250402133018_booking_guest_index",
    "20250416101102_touch_updated_at",
    "20250430154740_booking_overview",
    "20250512090326_no_show",
    "20250526120513_drop_user_phone",
  ],
  target: { asked: "availability", revision: "20250218081544_availability" },
  lostAt: "20250416101102_touch_updated_at",
  history: {
    table: "_prisma_migrations",
    current: currentBy(
      "SELECT migration_name AS current FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1 DESC LIMIT 1",
    ),
  },
  keepsFailures: true,
};

/** The Alembic project's revisions by what they do. */
export const saas = {
  accounts: "f1f953137d75",
  items: "8ee2511e1966",
  notifications: "81f58a55bcb3",
  readAt: "dffcf63f8aef",
  plans: "03407289f9b7",
  invoices: "18e6e996d561",
  merge: "49edd0efe616",
  names: "9a7e3e22bc8f",
  index: "aa54033ef1c2",
  archived: "0b0fb355956f",
};

export const alembic: ProjectKind = {
  engine: "alembic",
  isPossible: () => hasPython(),
  make: (files = {}) => makeFixtureProject("alembic", { handler: "migrate_lambda.handler", files }),
  revisions: Object.values(saas),
  parents: {
    [saas.items]: [saas.accounts],
    [saas.notifications]: [saas.items],
    [saas.readAt]: [saas.notifications],
    [saas.plans]: [saas.items],
    [saas.invoices]: [saas.plans],
    [saas.merge]: [saas.readAt, saas.invoices],
    [saas.names]: [saas.merge],
    [saas.index]: [saas.names],
    [saas.archived]: [saas.index],
  },
  target: { asked: saas.merge.slice(0, 5), revision: saas.merge },
  lostAt: saas.names,
  history: alembicHistory,
};

/** The Flask-Migrate project's revisions by what they do. */
export const shop = {
  customers: "d00f525c71f7",
  catalogue: "45eef695aeaa",
  orders: "d082ba100c45",
  categories: "dcd08961e8c5",
  emails: "78aa57c4d2d7",
  cents: "f427291609fb",
  totals: "81aeb1c7608d",
  refunds: "8dae4fee7e9a",
  discontinued: "17307b9901cd",
  revenue: "a2bbbb29b4bf",
};

export const flaskMigrate: ProjectKind = {
  engine: "alembic",
  isPossible: () => hasPython("flask_sqlalchemy"),
  make: (files = {}) => makeFixtureProject("flask-migrate", { handler: "migrate_lambda.handler", files }),
  revisions: Object.values(shop),
  target: { asked: shop.categories.slice(0, 6), revision: shop.categories },
  lostAt: shop.refunds,
  history: alembicHistory,
};
