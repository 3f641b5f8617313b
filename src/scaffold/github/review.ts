import type { PipelineFacts } from "./facts.js";
import { command, script } from "./steps.js";
import { comment, indented, quoted } from "./yaml.js";

/**
 * `.github/workflows/migrate-review.yml`: the migrations of a pull request, reviewed as files. Not a dry-run: that plans what the deployed
 * function has, and a pull request's migrations are in none.
 */
export function reviewWorkflow(facts: PipelineFacts): string {
  return `${comment(`Written by \`migrate-remote init --github-actions\`, and yours to change.

Reviews the migrations of a pull request: data that they destroy, locks that
they take. It needs no credentials.`)}
name: Review migrations

on:
  pull_request:

permissions:
  contents: read

jobs:
  review:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v6
        with:
          persist-credentials: false
          # What is new is against the branch that it goes to.
          fetch-depth: 0
      - uses: actions/setup-node@v6
        with:
          node-version: 24
${facts.alembic === undefined ? "" : `${indented(python(facts, facts.alembic), 6)}\n`}${indented(script("Review", `${command(facts)} lint --base "origin/$GITHUB_BASE_REF"`, facts.folder), 6)}
`;
}

/** Without Alembic only what the `op` calls say would be looked at, and not the SQL. */
function python({ folder }: PipelineFacts, { requirements }: NonNullable<PipelineFacts["alembic"]>): string {
  const place = folder === "" ? "" : `\n  working-directory: ${quoted(folder)}`;
  const what =
    requirements === undefined
      ? "\n    # And whatever else env.py and the migrations import.\n    python3 -m pip install --quiet alembic psycopg2-binary"
      : `\n    python3 -m pip install --quiet -r "$REQUIREMENTS"\n  env:\n    REQUIREMENTS: ${quoted(requirements)}`;
  return `- uses: actions/setup-python@v6
  with:
    python-version: "3.12"
- name: What the migrations import${place}
  run: |${what}`;
}
