import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { LocalError } from "./errors.js";

export interface HandlerFile {
  file: string;
  language: "node" | "python";
}

const extensions = [".mjs", ".js", ".cjs", ".py"];

/**
 * `lambda/handler.handler` → `lambda/handler.{mjs,js,cjs,py}` below the root: up to the first dot of the last part, as Lambda's
 * Node has it. Python's dots may also lead through packages: `package.module.handler` → `package/module.py`.
 */
export function findHandler(root: string, handler: string): HandlerFile {
  const last = basename(handler);
  const dot = last.indexOf(".");
  if (dot > 0) {
    const stem = join(root, dirname(handler), last.slice(0, dot));
    const found = extensions.find((extension) => existsSync(stem + extension));
    if (found) return { file: stem + found, language: found === ".py" ? "python" : "node" };
    const module = join(root, `${handler.slice(0, handler.lastIndexOf(".")).replaceAll(".", "/")}.py`);
    if (existsSync(module)) return { file: module, language: "python" };
  }
  throw new LocalError(
    "handler_not_found",
    dot > 0
      ? `The handler ${handler} has no file: looked for ${last.slice(0, dot)}{${extensions.join(",")}} in ${join(root, dirname(handler))}.`
      : `The handler ${handler} does not name an export, as in lambda/handler.handler.`,
    "Set the stage's local.handler to <path without extension>.<export>, relative to the config file.",
  );
}

export interface Code {
  /** Of what can be code. A log or a result that somebody writes beside it is no deployment. */
  sha256: string;
  /** Of everything, data too: code may have read it when it started. */
  contents: string;
  size: number;
  lastModified: Date;
}

const mostFiles = 2000;
const mostBytes = 64 * 1024 * 1024;

const canBeCode = /\.(?:[cm]?[jt]s|py|wasm|node|so|sql|prisma|toml|ini|cfg|mako)$/;

/** The hash of what stands beside and below the handler; of the handler alone where that is a whole project. */
export function codeOf(handler: HandlerFile): Code {
  const folder = dirname(handler.file);
  const all = filesBelow(folder, mostFiles + 1);
  const bytes = all.reduce((sum, file) => sum + statSync(file).size, 0);
  const files = all.length > mostFiles || bytes > mostBytes ? [handler.file] : all;
  const code = createHash("sha256");
  const contents = createHash("sha256");
  let size = 0;
  let modified = 0;
  for (const file of files) {
    const content = readFileSync(file);
    const name = `${file.slice(folder.length)}\0${content.length}\0`;
    contents.update(name).update(content);
    if (!canBeCode.test(file)) continue;
    code.update(name).update(content);
    size += content.length;
    modified = Math.max(modified, statSync(file).mtimeMs);
  }
  return {
    sha256: code.digest("base64"),
    contents: contents.digest("base64"),
    size,
    lastModified: new Date(modified),
  };
}

function filesBelow(folder: string, atMost: number): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    if (found.length >= atMost) break;
    if (entry.name.startsWith(".") || entry.name === "node_modules" || entry.name === "__pycache__") continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...filesBelow(path, atMost - found.length));
    else if (entry.isFile()) found.push(path);
  }
  return found;
}
