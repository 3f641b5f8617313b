import type { PipelineFacts, PipelineStage } from "./facts.js";
import { command, jobOf, preparation, script, stageChoice } from "./steps.js";
import { comment, indented, quoted } from "./yaml.js";

/** `.github/workflows/migrate.yml`: what a deployment calls when the new code is there, for the stages that nobody has to consent to. */
export function deployWorkflow(facts: PipelineFacts): string {
  const stages = facts.stages.filter((stage) => !stage.protected);
  const [first] = stages;
  return `${comment(`Written by \`migrate-remote init --github-actions\`, and yours to change.

Your deploy workflow calls this one when the function has its new code, and
fails when a migration fails:

  migrate:
    needs: deploy
    permissions:
      contents: read
      id-token: write
    uses: ./.github/workflows/migrate.yml
    with:
      stage: ${first?.name ?? ""}

Each stage is an environment of the repository (Settings, Environments) with a
variable MIGRATE_ROLE_ARN: a role that trusts GitHub's OIDC provider and has
the operator's policy of \`migrate-remote init --iam\`. A protected stage is
refused here: see migrate-production.yml.`)}
name: Migrate

on:
  workflow_call:
    inputs:
      stage:
        description: ${quoted(`The stage: ${stages.map(({ name }) => name).join(", ")}`)}
        type: string
        required: true
  # To run a failed migration again.
  workflow_dispatch:
    inputs:
${indented(stageChoice(stages), 6)}

permissions: {}

jobs:
  migrate:
${indented(jobOf(stages), 4)}
    steps:
${indented(preparation(stages), 6)}
${indented(script("Migrate", migrating(facts, stages), facts.folder), 6)}
`;
}

function migrating(facts: PipelineFacts, stages: PipelineStage[]): string {
  const options = [
    // What was checked out is what was deployed: other code must not migrate in its name.
    ...(stages.every(({ tellsHead }) => tellsHead) ? ["--require-head"] : []),
    // Only our far side has a lock to wait for.
    ...(stages.every(({ plan }) => plan === "file") ? ["--wait-lock 15m"] : []),
  ];
  return [`${command(facts)} run --stage "$STAGE"`, ...options].join(" ");
}
