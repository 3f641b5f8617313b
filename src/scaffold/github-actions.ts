import { deployWorkflow } from "./github/deploy.js";
import type { PipelineFacts } from "./github/facts.js";
import { productionWorkflow } from "./github/production.js";
import { reviewWorkflow } from "./github/review.js";

/** A file to write: its path from the repository's root, and all of it. */
export interface ScaffoldFile {
  path: string;
  content: string;
}

/** The workflows for exactly these stages. Pure. Only those that have something to do. */
export function githubWorkflows(facts: PipelineFacts): { files: ScaffoldFile[]; notes: string[] } {
  const free = facts.stages.filter((stage) => !stage.protected);
  const guarded = facts.stages.filter((stage) => stage.protected);
  const files = [
    ...(free.length === 0 ? [] : [workflow("migrate", deployWorkflow(facts))]),
    ...(guarded.length === 0 ? [] : [workflow("migrate-production", productionWorkflow(facts))]),
    ...(facts.hasMigrations ? [workflow("migrate-review", reviewWorkflow(facts))] : []),
  ];
  const names = facts.stages.map(({ name }) => name).join(", ");
  const reviewed = guarded.map(({ name }) => name).join(", ");
  const blind = facts.stages.filter(({ plan }) => plan === "none").map(({ name }) => name);
  return {
    files,
    notes: [
      `GitHub, Settings, Environments: make one for each stage (${names}), with the variable MIGRATE_ROLE_ARN.`,
      ...(guarded.length === 0 ? [] : [`Give ${reviewed} required reviewers there: they are who approves.`]),
      ...(free.length === 0 ? [] : ["Let your deploy workflow call migrate.yml: its first lines say how."]),
      ...(blind.length === 0
        ? []
        : [`The contract of ${blind.join(", ")} has no dry-run: no plan can be shown before a run.`]),
    ],
  };
}

function workflow(name: string, content: string): ScaffoldFile {
  return { path: `.github/workflows/${name}.yml`, content };
}
