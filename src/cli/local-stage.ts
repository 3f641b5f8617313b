import { dirname, join } from "node:path";
import type { LocalConfig } from "../config/schema.js";
import type { Target } from "../config/target.js";
import { codecFor } from "../contract/codec.js";
import { Failure } from "../contract/failure.js";
import type { LocalFunction, LocalOptions, LocalSession } from "../local/open.js";
import type { Scratch } from "../local/scratch.js";
import type { LocalFacts } from "../workflow/doctor/local.js";

export type { Scratch };

/** A stage of this machine, resolved. */
export interface LocalTarget {
  target: Target;
  local: LocalConfig;
}

interface Project {
  /** The config file's folder: handler paths start there, and `.migrate-remote` stands there. */
  root: string;
  dist: string;
  project: string | undefined;
  progress: (message: string) => void;
}

/** Starts or joins the keeper of this project's local stages. */
export function openLocalStage({ target, local, ...project }: Project & LocalTarget): Promise<LocalSession> {
  return openLocalStages({ ...project, stages: [{ target, local }] });
}

/** The same for several at once, in one membership. */
export async function openLocalStages(
  options: Project & { stages: LocalTarget[]; watcher?: LocalOptions["watcher"] },
): Promise<LocalSession> {
  const { openLocal } = await import("../local/open.js");
  const { root, dist, project, progress, stages, watcher } = options;
  return openLocal({
    dataDirectory: dataDirectoryOf(root),
    root,
    dist,
    functions: stages.flatMap((stage) => functionsOf(stage, project)),
    progress,
    ...(watcher === undefined ? {} : { watcher }),
  });
}

export function dataDirectoryOf(root: string): string {
  return join(root, ".migrate-remote");
}

/** What runs for a stage on this machine: the function that migrates, and the one that reads where the contract has it. */
export function functionsOf({ target, local }: LocalTarget, project: string | undefined): LocalFunction[] {
  const settings = {
    timeoutSeconds: local.timeout,
    memoryMb: local.memory,
    environment: local.environment,
    database:
      local.database === "embedded"
        ? { embedded: databaseName(project, target.stage) }
        : { url: local.database },
  };
  const migrating: LocalFunction = {
    ...settings,
    name: target.functionShortName,
    handler: local.handler,
    ...(target.database === undefined ? {} : { instance: target.database }),
  };
  return [migrating, ...queryFunction(target, local).map((named) => ({ ...settings, ...named }))];
}

/** What a local stage stands on, nothing of it started. */
export async function examineLocalStage(
  { path, target }: { path: string; target: Target },
  dist: string,
): Promise<LocalFacts> {
  const { examine } = await import("../local/examine.js");
  const root = dirname(path);
  const { handler = "", database = "embedded" } = target.local ?? {};
  return examine({
    dist,
    root,
    dataDirectory: join(root, ".migrate-remote"),
    handler,
    isEmbedded: database === "embedded",
  });
}

/** A stage whose two halves disagree is told that, before what its contract cannot do. */
export function expectFunctions(target: Target): void {
  if (target.local !== undefined) queryFunction(target, target.local);
}

/** The contract names the second function, the stage what runs as it here. */
function queryFunction(
  { stage, contract }: Target,
  { queryHandler: handler }: LocalConfig,
): Pick<LocalFunction, "name" | "handler">[] {
  const codec = codecFor(contract);
  const asked =
    codec.unsupported.status === undefined ? codec.encode({ kind: "status" }).functionName : undefined;
  if (asked === undefined && handler === undefined) return [];
  if (asked !== undefined && handler !== undefined) return [{ name: asked, handler }];
  throw new Failure(
    "config_invalid",
    asked === undefined
      ? `Stage ${stage} has a \`local.queryHandler\`, and its contract names no \`queryFunction\` that it would run as.`
      : `The history of stage ${stage} is read through the function ${asked}, and \`local.queryHandler\` does not say what runs as it here.`,
    { category: "usage", hint: `Make the two agree in .migraterc.json, for stage ${stage}.` },
  );
}

/** Plain enough to be typed into psql without quotes. */
function databaseName(project: string | undefined, stage: string): string {
  const name = [project, stage].filter((part) => part !== undefined).join("_");
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^(?=\d)/, "_")
    .slice(0, 63);
}

/** An empty database of the project's embedded PostgreSQL, for as long as `work` takes. */
export async function withScratchDatabase<T>(
  { root, dist, progress }: Pick<Project, "root" | "dist" | "progress">,
  work: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  const { withScratch } = await import("../local/scratch.js");
  return withScratch({ dataDirectory: join(root, ".migrate-remote"), dist, progress }, work);
}
