import { join } from "node:path";
import type { LocalConfig } from "../config/schema.js";
import type { Target } from "../config/target.js";
import type { LocalSession } from "../local/open.js";

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
  return openLocal({
    dataDirectory: join(root, ".migrate-remote"),
    root,
    dist,
    functions: [
      {
        name: target.functionShortName,
        handler: local.handler,
        timeoutSeconds: local.timeout,
        memoryMb: local.memory,
        environment: local.environment,
        database,
        ...(target.database === undefined ? {} : { instance: target.database }),
      },
    ],
    progress,
  });
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
