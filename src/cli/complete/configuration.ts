import { dirname, resolve } from "node:path";
import { parse } from "jsonc-parser";
import { findConfig } from "../../config/find.js";
import { readConfigText } from "../../config/read.js";
import { stageNamePattern } from "../../config/stage-name.js";
import { isObject } from "../../contract/json.js";
import type { Surroundings } from "./answer.js";

/** What the configuration says, which may be half written: what can be read of it counts. */
export async function configuration(host: Surroundings, config: string | undefined): Promise<unknown> {
  const path = await configPath(host, config);
  const read = path === undefined ? undefined : await readConfigText(path);
  return read === undefined || !("text" in read)
    ? undefined
    : parse(read.text, [], { allowTrailingComma: true });
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

/** The names of the stages that it has. */
export function namesIn(stages: unknown): string[] {
  return Object.keys(isObject(stages) ? stages : {}).filter((name) => stageNamePattern.test(name));
}

export function member(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
