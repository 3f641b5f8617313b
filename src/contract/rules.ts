/**
 * What a rule's finding means. `loss`: data may be gone afterwards, so a protected stage asks for --allow-destructive. `lock`: others wait
 * for long; a warning. `note`: a comment to us that says nothing; a warning.
 */
export type Severity = "loss" | "lock" | "note";

/** Every rule that a plan is reviewed with, in the order in which people read them: its severity, and what it finds. */
export const rules = {
  "drop-table": ["loss", "`DROP TABLE`"],
  "drop-column": ["loss", "`ALTER TABLE … DROP COLUMN`, `ALTER TYPE … DROP ATTRIBUTE`"],
  "drop-schema": ["loss", "`DROP SCHEMA`"],
  "drop-object": [
    "loss",
    "`DROP` of a sequence, type, domain, extension, materialized view, `DROP OWNED`; of anything with `CASCADE`",
  ],
  "drop-database": ["loss", "`DROP DATABASE`"],
  truncate: ["loss", "`TRUNCATE`"],
  "delete-all": [
    "loss",
    "`DELETE` without a condition, or with one that is always true; `MERGE … DELETE` too",
  ],
  "update-all": [
    "loss",
    "`UPDATE` without a condition, or with one that is always true, of columns that were there before; `MERGE … UPDATE` too",
  ],
  "narrow-type": ["loss", "`ALTER COLUMN … TYPE` to a type that may not hold every value"],
  "not-null-without-default": [
    "loss",
    "`ADD COLUMN … NOT NULL` without a default: fails where the table has rows",
  ],
  unchecked: [
    "loss",
    "what nobody can read: SQL not shown or cut, `DO`, `CALL`, a syntax error, no `libpg-query` installed",
  ],
  "index-without-concurrently": ["lock", "`CREATE INDEX` without `CONCURRENTLY`"],
  "drop-index-without-concurrently": ["lock", "`DROP INDEX` without `CONCURRENTLY`"],
  "reindex-without-concurrently": ["lock", "`REINDEX` without `CONCURRENTLY`"],
  "refresh-without-concurrently": ["lock", "`REFRESH MATERIALIZED VIEW` without `CONCURRENTLY`"],
  "constraint-without-not-valid": [
    "lock",
    "a foreign key or `CHECK` without `NOT VALID`, or validated in the transaction that adds it",
  ],
  "unique-without-index": ["lock", "`ADD PRIMARY KEY` or `UNIQUE` without `USING INDEX`; `ADD EXCLUDE`"],
  "set-not-null": ["lock", "`SET NOT NULL` where no validated `CHECK` proves it"],
  "volatile-default": ["lock", "`ADD COLUMN` with a default that is computed for each row"],
  "rewrite-table": [
    "lock",
    "a change of type, a stored generated, identity or serial column, `SET LOGGED`, `SET TABLESPACE`, `CLUSTER`, `VACUUM FULL`",
  ],
  "lock-table": ["lock", "`LOCK TABLE` in a mode that keeps writers out"],
  "unknown-comment": [
    "note",
    "a comment `-- migrate-remote: …` that means nothing, or names an unknown rule",
  ],
} as const satisfies Record<string, readonly [Severity, string]>;

export type RuleName = keyof typeof rules;

export const ruleNames = Object.keys(rules) as RuleName[];

export function isRuleName(name: string): name is RuleName {
  return Object.hasOwn(rules, name);
}
