import type { Context } from "../../cli/context.js";
import type { Target } from "../../config/target.js";
import { codecFor } from "../../contract/codec.js";
import { recogniseProjects } from "../../project/recognise.js";
import type { PipelineStage } from "../../scaffold/github/facts.js";
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
  const projects = await recogniseProjects(folder);
  const { files, notes } = githubWorkflows({
    version: context.host.version,
    folder: path,
    stages: await Promise.all(targets.map((target) => pipelineStage(target, folder))),
    hasMigrations: projects.some(({ inline }) => inline !== true),
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
