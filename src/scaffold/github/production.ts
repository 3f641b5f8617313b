import type { PipelineFacts, PipelineStage } from "./facts.js";
import { command, jobOf, preparation, script, stageChoice, whoAsked } from "./steps.js";
import { comment, expression, indented, quoted } from "./yaml.js";

/** `.github/workflows/migrate-production.yml`: by hand, approved, with the phrase typed, and written down. For protected stages. */
export function productionWorkflow(facts: PipelineFacts): string {
  const stages = facts.stages.filter((stage) => stage.protected);
  const planless = stages.some(({ plan }) => plan === "none");
  const planned = stages.some(({ plan }) => plan !== "none");
  return `${comment(`Written by \`migrate-remote init --github-actions\`, and yours to change.

Who approves: Settings, Environments, the stage, "Required reviewers". The
job waits for them before it has any credentials. The environment also has a
variable MIGRATE_ROLE_ARN: a role that trusts GitHub's OIDC provider, for this
environment alone, and has the operator's policy of
\`migrate-remote init --iam\`.

Run it from the branch or tag that is deployed.${isHeldToHead(stages) ? otherCode : ""}

A session lasts an hour. Where a snapshot takes longer, raise the role's
MaxSessionDuration and add role-duration-seconds below, or run it again with
the snapshot that is there by then.`)}
name: Migrate production

on:
  workflow_dispatch:
    inputs:
${indented(stageChoice(stages), 6)}
      confirm:
        description: ${quoted(phrases(stages))}
        type: string
        required: true
      reason:
        description: Why, for the record
        type: string
${planned ? indented(flag("allow-destructive", "The plan may destroy data"), 6) : ""}${planless ? indented(flag("without-plan", "Run although nobody knows beforehand what will be applied"), 6) : ""}      reuse-snapshot:
        description: A snapshot no older than this will do, such as 30m
        type: string

permissions: {}

jobs:
  migrate:
${indented(jobOf(stages), 4)}
      PHRASE: ${expression("inputs.confirm")}
      REASON: ${expression("inputs.reason")}
      REUSE_SNAPSHOT: ${expression("inputs.reuse-snapshot")}
${planned ? `      ALLOW_DESTRUCTIVE: ${expression("inputs.allow-destructive")}\n` : ""}${planless ? `      WITHOUT_PLAN: ${expression("inputs.without-plan")}\n` : ""}    steps:
${indented(script("Who asked, and why", audit, ""), 6)}
${indented(preparation(stages), 6)}
${indented(script("Migrate", migrating(facts, stages), facts.folder), 6)}
`;
}

const otherCode = " A function whose newest\nmigration is another than the repository's there is refused.";

function flag(name: string, description: string): string {
  return `${name}:\n  description: ${description}\n  type: boolean\n  default: false\n`;
}

function phrases(stages: PipelineStage[]): string {
  const [first, ...others] = new Set(stages.map(({ confirmPhrase }) => confirmPhrase));
  if (others.length === 0) return `Type ${first} to consent`;
  return `Type to consent: ${stages.map(({ name, confirmPhrase }) => `${confirmPhrase} (${name})`).join(", ")}`;
}

/** Indented by four it is code, whatever it says. */
const audit = `${whoAsked}
if [ -n "$REASON" ]; then
  printf '%s\\n' "$REASON" | sed 's/^/    /' >> "$GITHUB_STEP_SUMMARY"
fi`;

/** With a plan it is made first, and that very plan is applied or nothing. A wrong phrase ends it before anything is asked of AWS. */
function migrating(facts: PipelineFacts, stages: PipelineStage[]): string {
  const has = (plan: PipelineStage["plan"]) => stages.some((stage) => stage.plan === plan);
  return [
    "options=()",
    ...(has("none") ? [`if [ "$WITHOUT_PLAN" = true ]; then options+=(--without-plan); fi`] : []),
    ...(has("none") && !has("file") && !has("shown")
      ? []
      : [`if [ "$ALLOW_DESTRUCTIVE" = true ]; then options+=(--allow-destructive); fi`]),
    `if [ -n "$REUSE_SNAPSHOT" ]; then options+=(--reuse-snapshot "$REUSE_SNAPSHOT"); fi`,
    ...planning(facts, stages),
    `${command(facts)} run --stage "$STAGE" --confirm="$PHRASE" "\${options[@]}"`,
  ].join("\n");
}

const isPinned = ({ plan }: PipelineStage) => plan === "file";

/** One script serves all stages. */
function isHeldToHead(stages: PipelineStage[]): boolean {
  const pinned = stages.filter(isPinned);
  return pinned.length > 0 && pinned.every(({ tellsHead }) => tellsHead);
}

function planning(facts: PipelineFacts, stages: PipelineStage[]): string[] {
  const pinned = stages.filter(isPinned);
  if (pinned.length === 0) return [];
  const file = `"$RUNNER_TEMP/plan.json"`;
  // Code from before would have nothing to do, and that would look like success. The plan then holds to the code it was made with.
  const head = isHeldToHead(stages) ? " --require-head" : "";
  const lines = [
    `${command(facts)} run --stage "$STAGE" --confirm="$PHRASE" --dry-run --out ${file}${head}`,
    `options+=(--plan ${file})`,
  ];
  if (pinned.length === stages.length) return lines;
  return [
    `case "$STAGE" in`,
    `  ${pinned.map(({ name }) => name).join(" | ")})`,
    ...lines.map((line) => `    ${line}`),
    "    ;;",
    "esac",
  ];
}
