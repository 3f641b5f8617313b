import { dirname, resolve } from "node:path";
import { parse } from "jsonc-parser";
import { findConfig } from "../../../config/find.js";
import { readConfigText } from "../../../config/read.js";
import { stageNamePattern } from "../../../config/stage-name.js";
import type { Surroundings } from "../answer.js";
import type { Candidate } from "../candidate.js";

/** The stages of the configuration, which may be half written: what can be read of it counts. */
export async function stageNames(host: Surroundings, config: string | undefined): Promise<Candidate[]> {
  const path = await configPath(host, config);
  const read = path === undefined ? undefined : await readConfigText(path);
  if (read === undefined || !("text" in read)) return [];
  const stages = member(parse(read.text, [], { allowTrailingComma: true }), "stages");
  return Object.keys(isObject(stages) ? stages : {})
    .filter((name) => stageNamePattern.test(name))
    .map((name) => ({ value: name, about: aboutStage(name, member(stages, name)) }));
}

/** Where the project starts: the configuration's folder, else where we are. */
export async function projectFolder(host: Surroundings, config: string | undefined): Promise<string> {
  const path = await configPath(host, config);
  return path === undefined ? host.cwd : dirname(path);
}

async function configPath({ cwd }: Surroundings, config: string | undefined): Promise<string | undefined> {
  if (config !== undefined && config !== "") return resolve(cwd, config);
  const found = await findConfig(cwd);
  return found.found ? found.path : undefined;
}

function aboutStage(name: string, stage: unknown): string {
  if (member(stage, "local") !== undefined) return "on this machine";
  const isProtected = member(stage, "protected") ?? /^prod(uction)?$/.test(name);
  return isProtected === true ? "protected" : "";
}

function member(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
