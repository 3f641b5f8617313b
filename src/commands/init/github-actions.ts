import type { Context } from "../../cli/context.js";
import type { Target } from "../../config/target.js";
import { codecFor } from "../../contract/codec.js";
import { alembicFacts } from "../../project/facts/alembic.js";
import type { Project } from "../../project/project.js";
import { projectsIn } from "../../project/recognise.js";
import { type Survey, surveyFolder } from "../../project/survey.js";
import type { PipelineFacts, PipelineStage } from "../../scaffold/github/facts.js";
import { githubWorkflows } from "../../scaffold/github-actions.js";
import type { InitFilesResult } from "../../workflow/results/init.js";
import type { InitOptions } from "../init.js";
import { repositoryHeads } from "../repository-heads.js";
import { offer } from "./offer.js";
import { remoteStages } from "./remote-stages.js";
import { repositoryOf } from "./repository.js";

/** `init --github-actions`: the workflows for exactly this configuration. */
export async function writeWorkflows(context: Context, input: InitOptions): Promise<InitFilesResult> {
  const { targets, folder } = await remoteStages(context);
  const { root, path } = await repositoryOf(folder);
  const survey = await surveyFolder(folder);
  const projects = await projectsIn(survey);
  const { files, notes } = githubWorkflows({
    version: context.host.version,
    folder: path,
    stages: await Promise.all(targets.map((target) => pipelineStage(target, folder))),
    hasMigrations: projects.some(({ inline }) => inline !== true),
    ...(await alembicOf(survey, projects)),
  });
  return offer(
    context,
    {
      folder: root,
      files: files.map((file) => ({ ...file, change: "create", seen: [] })),
      notes,
      next: ["migrate-remote init --iam"],
      hintIfExists: "Move away what is there and run it again; `git diff` shows what differs then.",
      command: "migrate-remote init --github-actions --yes",
    },
    input,
  );
}

async function pipelineStage(target: Target, folder: string): Promise<PipelineStage> {
  const codec = codecFor(target.contract);
  const canPlan = codec.unsupported["dry-run"] === undefined;
  return {
    name: target.stage,
    protected: target.protected,
    ...(target.region === undefined ? {} : { region: target.region }),
    confirmPhrase: target.confirmPhrase,
    plan: !canPlan ? "none" : codec.tracksRuns ? "file" : "shown",
    tellsHead: codec.tracksRuns && "heads" in (await repositoryHeads(folder, target.package)),
    snapshots: target.snapshot.kind !== "none" || (!canPlan && target.database !== undefined),
  };
}

/** What pip cannot read, such as pyproject.toml, is left to whoever knows the project. */
async function alembicOf(survey: Survey, projects: Project[]): Promise<Pick<PipelineFacts, "alembic">> {
  const project = projects.find(({ engine }) => engine === "alembic");
  if (project === undefined) return {};
  const { requirements } = await alembicFacts(survey, project);
  const file = requirements?.list === undefined ? requirements?.file : undefined;
  return { alembic: file === undefined ? {} : { requirements: file } };
}
