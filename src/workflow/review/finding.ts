import { type RuleName, rules, type Severity } from "../../contract/rules.js";

/** A statement that a rule struck, and where it stands in the migration. */
export interface Finding {
  /** Stable, so that it can be named in config, in comments and in reviews. */
  rule: RuleName;
  severity: Severity;
  /** What happens: `drops column accounts.notes`. A lock's also says the safe way. */
  message: string;
  /** From 1. Absent where nobody could read the SQL. */
  line?: number;
}

export function finding(rule: RuleName, message: string): Finding {
  return { rule, severity: rules[rule][0], message };
}

export function unchecked(why: string): Finding {
  return finding("unchecked", `unchecked: ${why}`);
}
