import { Failure } from "../contract/failure.js";
import type { MigrationView } from "./results.js";
import { destructiveFindings } from "./review/review.js";
import type { StageContext } from "./stage-context.js";

const mostShown = 10;

/** On a protected stage what destroys data takes a word of its own, besides consent. */
export function refuseDestructive(
  { target }: StageContext,
  migrations: MigrationView[],
  allowed: boolean,
): void {
  if (!target.protected || allowed) return;
  const findings = destructiveFindings(migrations);
  const struck = findings.map(({ revision, finding: { rule, message, line } }) => {
    const where = line === undefined ? "" : ` (line ${line})`;
    return `${revision}: ${message}${where} [${rule}]`;
  });
  if (struck.length === 0) return;
  const more = struck.length > mostShown ? [`… and ${struck.length - mostShown} more`] : [];
  throw new Failure(
    "destructive",
    [
      `The plan may destroy data, and stage ${target.stage} is protected. Nothing was changed.`,
      ...[...struck.slice(0, mostShown), ...more].map((line) => `  ${line}`),
    ].join("\n"),
    {
      category: "refused",
      details: { destructive: findings.map(({ revision, finding }) => ({ revision, ...finding })) },
      hint: "If that is meant, add --allow-destructive. A rule that is wrong here can be silenced by its name, in the migration or in .migraterc.json.",
    },
  );
}
