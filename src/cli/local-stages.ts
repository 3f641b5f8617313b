import { dirname, join } from "node:path";
import { codecFor } from "../contract/codec.js";
import { Failure } from "../contract/failure.js";
import type { LocalResult, LocalStageView } from "../workflow/results/local.js";
import { dataDirectoryOf, functionsOf, type LocalTarget, openLocalStages } from "./local-stage.js";

export interface LocalStagesOptions {
  /** The configuration file. */
  path: string;
  project: string | undefined;
  dist: string;
  stages: LocalTarget[];
  progress: (message: string) => void;
  /** How many other commands use the same server: first when it is open, then with each change. */
  onOthers: (count: number) => void;
}

/** The addresses, and how long they are good for. */
export interface OpenStages {
  result: LocalResult;
  /** Rejects when the process behind the addresses has ended. */
  lost: Promise<never>;
  close: () => Promise<void>;
}

/** Opens stages of this machine for programs that are not ours. */
export async function openForOthers(options: LocalStagesOptions): Promise<OpenStages> {
  const { path, project, dist, stages, progress, onOthers } = options;
  refuseNamesakes(stages);
  const root = dirname(path);
  let onLost = () => {};
  const lost = new Promise<never>((_, reject) => {
    onLost = () => reject(keeperLost());
  });
  lost.catch(() => {});
  const watcher = { onOthers, onLost: () => onLost() };
  const session = await openLocalStages({ root, dist, project, progress, stages, watcher });
  const { endpoint, region, credentials, close } = session;
  return {
    result: {
      command: "local",
      endpoint,
      region,
      credentials,
      stages: stages.map((stage) => viewOf(stage, root, project)),
    },
    lost,
    close,
  };
}

function viewOf(stage: LocalTarget, root: string, project: string | undefined): LocalStageView {
  const functions = functionsOf(stage, project);
  const database = functions[0]?.database;
  const codec = codecFor(stage.target.contract);
  const read = codec.unsupported.status === undefined ? codec.encode({ kind: "status" }) : undefined;
  return {
    stage: stage.target.stage,
    functions: functions.map(({ name }) => name),
    ...(read === undefined || read.functionName !== undefined ? {} : { statusEvent: read.payload }),
    database:
      database !== undefined && "embedded" in database
        ? {
            kind: "embedded",
            name: database.embedded,
            serviceFile: join(dataDirectoryOf(root), "pg_service.conf"),
          }
        : ownDatabase(database?.url ?? ""),
  };
}

/** Without user and password. */
function ownDatabase(url: string): LocalStageView["database"] {
  const { host, pathname } = new URL(url);
  return { kind: "own", host, name: decodeURIComponent(pathname.slice(1)) };
}

/** One endpoint knows one function of a name. */
function refuseNamesakes(stages: LocalTarget[]): void {
  for (const { target: first } of stages) {
    const { functionShortName: name, stage } = first;
    const other = stages.find(({ target }) => target !== first && target.functionShortName === name);
    if (other === undefined) continue;
    throw new Failure(
      "config_invalid",
      `The stages ${stage} and ${other.target.stage} are both the function ${name}: side by side they cannot be open.`,
      {
        category: "usage",
        hint: `Open one: migrate-remote local --stage ${stage}   Or put {stage} into \`function\`.`,
      },
    );
  }
}

function keeperLost(): Failure {
  return new Failure(
    "keeper_lost",
    "The process behind the local stages has ended; these addresses answer no more. Nothing in the database is lost.",
    { hint: "Open them again: migrate-remote local   Why it ended: .migrate-remote/keeper.log" },
  );
}
