import { rowsOf } from "./postgres.js";

/** Three migrations that most tests of the handler need no more than. */
export const three = {
  "001_users": "CREATE TABLE users (id int PRIMARY KEY);",
  "002_email": "ALTER TABLE users ADD COLUMN email text;\nINSERT INTO users VALUES (1, 'a;b');",
  "003_orders": "CREATE TABLE orders (id int);",
};

export const tables = (url: string) =>
  rowsOf<{ name: string }>(
    url,
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  ).then((rows) => rows.map(({ name }) => name));

export const versions = (url: string) =>
  rowsOf<{ version: string }>(url, "SELECT version FROM schema_migrations ORDER BY 1").then((rows) =>
    rows.map(({ version }) => version),
  );
