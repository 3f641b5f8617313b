import type { Context } from "../../cli/context.js";
import { rulesOff } from "../../config/rules-off.js";
import type { LintFinding } from "../../contract/lint-rules.js";
import { type Allowance, isAllowed } from "../../project/alembic/allowances.js";

/** Rules that `.migraterc.json` switches off, for all stages or for the one that --stage names. Without a file none. */
export async function silencedRules({ configuration, options }: Context): Promise<ReadonlySet<string>> {
  const found = await configuration();
  const own = options.stage === undefined ? undefined : found?.config.stages[options.stage]?.rules;
  return rulesOff(found?.config.rules, own);
}

/** By configuration, or by a comment in the finding's own file. */
export function isSilenced(
  { rule, file, line }: LintFinding,
  rules: ReadonlySet<string>,
  allowances: Map<string, Allowance[]>,
): boolean {
  return rules.has(rule) || isAllowed(allowances.get(file) ?? [], rule, line);
}
