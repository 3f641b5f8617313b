import type { Config } from "./schema.js";

type Rules = Config["rules"];

/** Names of the rules that are off: the stage's own word, else the file's. */
export function rulesOff(file: Rules, own: Rules): ReadonlySet<string> {
  const rules = { ...file, ...own };
  return new Set(Object.entries(rules).flatMap(([name, word]) => (word === "off" ? [name] : [])));
}
