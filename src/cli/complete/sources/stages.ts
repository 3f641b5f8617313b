import { dirname, resolve } from "node:path";
import { parse } from "jsonc-parser";
import { findConfig } from "../../../config/find.js";
import { isProtected } from "../../../config/protected.js";
import { readConfigText } from "../../../config/read.js";
import { stageNamePattern } from "../../../config/stage-name.js";
import { expandTemplate } from "../../../config/template.js";
import { isObject } from "../../../contract/json.js";
import type { Surroundings } from "../answer.js";
import type { Candidate } from "../candidate.js";

/** The stages of the configuration, which may be half written: what can be read of it counts. */
export async function stageNames(host: Surroundings, config: string | undefined): Promise<Candidate[]> {
  const stages = member(await configuration(host, config), "stages");
  return namesIn(stages).map((name) => ({ value: name, about: aboutStage(name, member(stages, name)) }));
}

/** Each stage's function, where it can be told from the file alone; undefined where there is no configuration. */
export async function stageFunctions(
  host: Surroundings,
  config: string | undefined,
): Promise<Map<string, string | undefined> | undefined> {
  const said = await configuration(host, config);
  if (said === undefined) return undefined;
  const stages = member(said, "stages");
  return new Map(namesIn(stages).map((name) => [name, functionOf(said, name, member(stages, name))]));
}

async function configuration(host: Surroundings, config: string | undefined): Promise<unknown> {
  const path = await configPath(host, config);
  const read = path === undefined ? undefined : await readConfigText(path);
  return read === undefined || !("text" in read)
    ? undefined
    : parse(read.text, [], { allowTrailingComma: true });
}

function namesIn(stages: unknown): string[] {
  return Object.keys(isObject(stages) ? stages : {}).filter((name) => stageNamePattern.test(name));
}

/** An ARN, or a name with a version or alias, is noted in other words than it is written in. */
function functionOf(said: unknown, stage: string, own: unknown): string | undefined {
  const template = text(member(own, "function")) ?? text(member(said, "function"));
  if (template === undefined) return undefined;
  const values = { project: text(member(said, "project")), stage, region: undefined };
  const { text: name, problems } = expandTemplate("function", template, values);
  return problems.length > 0 || name.includes(":") ? undefined : name;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
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
  return isProtected(name, { protected: member(stage, "protected") }) ? "protected" : "";
}

function member(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
