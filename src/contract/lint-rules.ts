import type { RuleName } from "./rules.js";

/** `error`: the command ends with 1. `warning`: only with --strict. `note`: never. */
export type LintLevel = "error" | "warning" | "note";

/** The rules that `lint` has besides those of the plan's review: level, and what each finds. */
export const lintRules = {
  "unreadable-migration": [
    "error",
    "a file among the migrations that declares no revision, or cannot be read",
  ],
  "several-heads": ["error", "two revisions that nothing follows: `alembic upgrade head` refuses"],
  "duplicate-revision": ["error", "two files with one revision or number"],
  "missing-parent": [
    "error",
    "a `down_revision` or `depends_on` that no file has, or that leads in a circle",
  ],
  "edited-migration": ["error", "a migration of the base branch with another text, or gone"],
  "out-of-order": ["error", "a new migration that comes before one of the base branch"],
  "downgrade-missing": [
    "error",
    "no `downgrade()`, or one that does nothing where `upgrade()` does something",
  ],
  "drop-unnamed-constraint": ["error", "`drop_constraint(None, …)`, which always fails"],
  "round-trip": ["error", "`--round-trip`: a way that fails, or that leads to another schema"],
  "irreversible-downgrade": ["warning", "a `downgrade()` that only raises"],
  "downgrade-loses-data": ["warning", "a `downgrade()` that drops what `upgrade()` filled with rows"],
  "downgrade-incomplete": [
    "warning",
    "what `upgrade()` makes and `downgrade()` leaves behind: a table, column, index, enum",
  ],
  "foreign-key-without-index": ["warning", "a foreign key on columns that no index begins with"],
  "unnamed-constraint": ["warning", "a foreign key, unique or check constraint without a name of its own"],
  "empty-migration": ["warning", "a migration that does nothing and joins no branches"],
  "meaningless-message": ["warning", "a message or slug that does not say what changes"],
  "file-name": ["warning", "a name that tools take for none, or sort elsewhere"],
  "number-gap": ["warning", "a number left out between two numbered files"],
  "index-name": ["note", "an index that is not called `ix_TABLE_COLUMN`"],
} as const satisfies Record<string, readonly [LintLevel, string]>;

export type LintRuleName = keyof typeof lintRules;

export const lintRuleNames = Object.keys(lintRules) as LintRuleName[];

export function isLintRuleName(name: string): name is LintRuleName {
  return Object.hasOwn(lintRules, name);
}

/** What `lint` says of one place. */
export interface LintFinding {
  rule: RuleName | LintRuleName;
  level: LintLevel;
  message: string;
  /** What to do about it. */
  fix?: string;
  /** Absolute in the making; relative to the working directory in a result. */
  file: string;
  /** From 1. */
  line?: number;
  revision?: string;
}

export function lintFinding(
  rule: LintRuleName,
  place: Pick<LintFinding, "file" | "line" | "revision">,
  message: string,
  fix?: string,
): LintFinding {
  return { rule, level: lintRules[rule][0], message, ...place, ...(fix === undefined ? {} : { fix }) };
}
