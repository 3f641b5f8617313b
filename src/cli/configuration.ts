import { resolve as resolvePath } from "node:path";
import { findConfig, type Loaded, loadConfig } from "../config/load.js";
import { resolveTarget } from "../config/resolve.js";
import type { Config } from "../config/schema.js";
import { resolveStage as chooseStage } from "../config/stage.js";
import type { Target } from "../config/target.js";
import { Failure } from "../contract/failure.js";
import type { Host } from "./host.js";
import type { LocalTarget } from "./local-stage.js";
import type { GlobalOptions } from "./options.js";

export interface ReadConfig {
  config: Config;
  path: string;
}

export async function readConfig(host: Host, options: GlobalOptions): Promise<ReadConfig> {
  const path = options.config === undefined ? await discover(host) : resolvePath(host.cwd, options.config);
  const loaded = await loadConfig(path);
  if (loaded.ok) return loaded;
  if ("unreadable" in loaded) {
    throw new Failure("config_unreadable", `${loaded.path} ${loaded.unreadable}.`, {
      category: "usage",
      hint: "Name the file that is meant with --config; without it, it is the nearest .migraterc.json here or in a folder above.",
    });
  }
  throw new Failure("config_invalid", problemText(loaded), { category: "usage" });
}

async function discover(host: Host): Promise<string> {
  const found = await findConfig(host.cwd);
  if (found.found) return found.path;
  throw new Failure("config_missing", `There is no .migraterc.json in ${host.cwd} or any folder above it.`, {
    category: "usage",
    hint: "Make one: migrate-remote init. Or name a file with --config.",
  });
}

function problemText({ path, problems }: Extract<Loaded, { problems: unknown }>): string {
  const lines = problems.map(({ path: at, line, column, message }) => {
    return `  ${line}:${column}  ${at === "" ? "" : `${at}: `}${message}`;
  });
  return [`${path} cannot be used:`, ...lines].join("\n");
}

export function targetOf(
  config: Config,
  stage: string | undefined,
  host: Host,
  options: GlobalOptions,
): Target {
  const chosen = chooseStage(config, { flag: stage, env: host.env });
  if (!chosen.ok)
    throw new Failure("stage", chosen.problem.message, { category: "usage", hint: chosen.problem.hint });
  const resolved = resolveTarget(config, chosen.stage, {
    profile: options.profile,
    region: options.region,
    env: host.env,
  });
  if (resolved.ok) return resolved.target;
  throw new Failure("target", resolved.problems.map(({ message }) => message).join("\n"), {
    category: "usage",
    hint: resolved.problems.map(({ hint }) => hint).join("\n"),
  });
}

/** The stages of this machine: the one that `--stage` names, or all. */
export function localTargets(config: Config, host: Host, options: GlobalOptions): LocalTarget[] {
  const names = options.stage === undefined ? Object.keys(config.stages) : [options.stage];
  const stages = names
    .filter((name) => options.stage !== undefined || config.stages[name]?.local !== undefined)
    .map((name) => targetOf(config, name, host, options))
    .flatMap((target) => (target.local === undefined ? [] : [{ target, local: target.local }]));
  if (stages.length > 0) return stages;
  throw new Failure(
    "stage",
    options.stage === undefined
      ? "No stage of the configuration runs on this machine."
      : `Stage ${options.stage} does not run on this machine: it says nothing under \`local\`.`,
    {
      category: "usage",
      hint: 'Add one to .migraterc.json, such as "local": { "local": { "handler": "lambda/handler.handler" } }.',
    },
  );
}
