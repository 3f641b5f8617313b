import type { PipelineFacts, PipelineStage } from "./facts.js";
import { expression, indented, quoted } from "./yaml.js";

/** The command, in the version that wrote the workflow: what a pipeline runs does not change by itself. */
export function command({ version }: Pick<PipelineFacts, "version">): string {
  return `npx --yes migrate-remote@${version}`;
}

/** The steps before the act: the repository, Node, and credentials of the stage's role for as long as the job lasts. */
export function preparation(stages: PipelineStage[]): string {
  return `- uses: actions/checkout@v6
  with:
    persist-credentials: false
- uses: actions/setup-node@v6
  with:
    node-version: 24
- uses: aws-actions/configure-aws-credentials@v6
  with:
    role-to-assume: ${expression("vars.MIGRATE_ROLE_ARN")}
    aws-region: ${regionOf(stages)}`;
}

/** The one region of all stages, else the chosen stage's. A stage without one has it in its environment's variables. */
function regionOf(stages: PipelineStage[]): string {
  const [first, ...others] = new Set(stages.map(({ region }) => region));
  if (others.length === 0) return first ?? expression("vars.AWS_REGION");
  const known = stages.flatMap(({ name, region }) => (region === undefined ? [] : [[name, region]]));
  const fallback = known.length === stages.length ? "" : " || vars.AWS_REGION";
  return expression(`fromJSON('${JSON.stringify(Object.fromEntries(known))}')[inputs.stage]${fallback}`);
}

/** One script as a step. Whatever comes from people reaches it as an environment variable: in the script's text it would be executed. */
export function script(name: string, run: string, folder: string): string {
  const place = folder === "" ? "" : `\n  working-directory: ${quoted(folder)}`;
  return `- name: ${name}${place}\n  run: |\n${indented(run, 4)}`;
}

/** The choice of a stage, the first one preset. */
export function stageChoice(stages: PipelineStage[]): string {
  const [first] = stages;
  return `stage:
  description: The stage
  type: choice
  required: true
  default: ${quoted(first?.name ?? "")}
  options: [${stages.map(({ name }) => quoted(name)).join(", ")}]`;
}

/** Minutes until GitHub ends the job: longer than the function's 15, several parts of a run and, where one is taken, a snapshot's 4 hours. */
function timeoutOf(stages: PipelineStage[]): number {
  return stages.some(({ snapshots }) => snapshots) ? 330 : 90;
}

/** What the command's own summary does not know: who asked for it. */
export const whoAsked = `{
  echo "| asked by | commit | stage |"
  echo "|---|---|---|"
  echo "| $GITHUB_ACTOR (this attempt: $GITHUB_TRIGGERING_ACTOR) | $GITHUB_SHA | $STAGE |"
  echo
} >> "$GITHUB_STEP_SUMMARY"`;

/** What a job that migrates is, up to its own environment variables, which come next. */
export function jobOf(stages: PipelineStage[]): string {
  const stage = expression("inputs.stage");
  return `runs-on: ubuntu-latest
environment: ${stage}
timeout-minutes: ${timeoutOf(stages)}
# One at a time, none cancelled: what it began would go on without it.
concurrency:
  group: migrate-${stage}
  cancel-in-progress: false
permissions:
  contents: read
  id-token: write
env:
  STAGE: ${stage}`;
}
