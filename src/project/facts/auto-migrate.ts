import { isSwitchedOn } from "../../contract/switch.js";
import { at, type Fact, matches } from "./fact.js";

/** Where infrastructure switches AUTO_MIGRATE on, in whatever language; not in a line that is a comment. */
export function readAutoMigrate(file: string, text: string): Fact[] {
  const said = matches(text, /^(?![ \t]*(?:#|\/\/)).*?\bAUTO_MIGRATE["']?[ \t]*[:=][ \t]*["']?(\w+)/gm);
  return [...said].flatMap(({ 0: line, 1: value, index }) =>
    isSwitchedOn(value) ? [{ kind: "auto_migrate", where: at(file, text, index + line.length) }] : [],
  );
}
