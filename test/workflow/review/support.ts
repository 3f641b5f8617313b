import { parse } from "libpg-query";
import type { MigrationEntry } from "../../../src/contract/report.js";
import type { RuleName } from "../../../src/contract/rules.js";
import type { MigrationView } from "../../../src/workflow/results.js";
import { reviewPlan } from "../../../src/workflow/review/review.js";

/** Reviews migrations given as SQL, or as what the far side says of them. */
export function review(
  migrations: (string | Partial<MigrationEntry>)[],
  silenced: RuleName[] = [],
): Promise<MigrationView[]> {
  const entries = migrations.map((migration, index): MigrationEntry => {
    const said = typeof migration === "string" ? { sql: migration } : migration;
    return { revision: `00${index + 1}`, status: "pending", ...said };
  });
  return reviewPlan(entries, parse, silenced);
}

/** `2 drop-table: drops table a` for each of the last migration's losses. */
export async function losses(...migrations: (string | Partial<MigrationEntry>)[]): Promise<string[]> {
  const views = await review(migrations);
  return (views.at(-1)?.destructive ?? []).map(
    ({ rule, message, line }) => `${line ?? "-"} ${rule}: ${message}`,
  );
}

/** The names of the rules that warn of locks in the last migration. */
export async function locks(...migrations: (string | Partial<MigrationEntry>)[]): Promise<string[]> {
  const views = await review(migrations);
  return (views.at(-1)?.locks ?? []).map(({ rule }) => rule);
}

/** Every rule that struck anywhere in a migration's view. */
export function struck({ destructive = [], locks = [], notes = [] }: MigrationView): RuleName[] {
  return [...destructive, ...locks, ...notes].map(({ rule }) => rule);
}
