import { join } from "node:path";
import type { LocalConfig } from "../config/schema.js";
import type { Target } from "../config/target.js";
import { codecFor } from "../contract/codec.js";
import { Failure } from "../contract/failure.js";
import type { LocalFunction, LocalSession } from "../local/open.js";
import type { Scratch } from "../local/scratch.js";

export type { Scratch };

export interface LocalStageOptions {
  /** The config file's folder: handler paths start there, and `.migrate-remote` stands there. */
  root: string;
  dist: string;
  project: string | undefined;
  target: Target;
  local: LocalConfig;
  progress: (message: string) => void;
}

/** Starts or joins the keeper of this project's local stages. */
export async function openLocalStage(options: LocalStageOptions): Promise<LocalSession> {
  const { openLocal } = await import("../local/open.js");
  const { root, dist, target, local, progress } = options;
  const database =
    local.database === "embedded"
      ? { embedded: databaseName(options.project, target.stage) }
      : { url: local.database };
  const settings = {
    timeoutSeconds: local.timeout,
    memoryMb: local.memory,
    environment: local.environment,
    database,
  };
  const migrating: LocalFunction = {
    ...settings,
    name: target.functionShortName,
    handler: local.handler,
    ...(target.database === undefined ? {} : { instance: target.database }),
  };
  const reading = queryFunction(target, local).map((named) => ({ ...settings, ...named }));
  return openLocal({
    dataDirectory: join(root, ".migrate-remote"),
    root,
    dist,
    functions: [migrating, ...reading],
    progress,
  });
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
  { root, dist, progress }: Pick<LocalStageOptions, "root" | "dist" | "progress">,
  work: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  const { withScratch } = await import("../local/scratch.js");
  return withScratch({ dataDirectory: join(root, ".migrate-remote"), dist, progress }, work);
}
