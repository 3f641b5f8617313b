import { posix } from "node:path";
import { at, type Fact, fill, knownStage, usualVariable } from "./fact.js";

export const isTerraformFile = /\.tf$/;
const variablesFile = /(^|\/)([\w-]+)(\.auto)?\.tfvars(\.json)?$/;
const environmentFolder = /(^|\/)(environments?|envs?|stages?|live|accounts)\/([\w-]+)\//;

export interface TerraformFile {
  file: string;
  text: string;
}

/** Terraform's files together: a variable may be declared in another than it is used in. */
export function readTerraform(files: TerraformFile[]): Fact[] {
  const defaults = new Map(files.flatMap(({ text }) => [...defaultsIn(text), ...archivesIn(text)]));
  return files.flatMap(({ file, text }) => readOne(file, text, defaults));
}

/** `prod.tfvars`, `environments/prod/main.tf`: a path says which stages there are. */
export function stageOfTerraformPath(file: string): Fact[] {
  const name =
    variablesFile.exec(file)?.[2] ??
    (/\.tf(vars)?$/.test(file) ? environmentFolder.exec(file)?.[3] : undefined);
  return name === undefined || !knownStage.test(name) ? [] : [{ kind: "stage", name, where: file }];
}

function readOne(file: string, text: string, defaults: ReadonlyMap<string, string>): Fact[] {
  const filled = (value: string | undefined) =>
    value === undefined
      ? undefined
      : fill(value, /\$\{([^{}]*)\}/g, (said) => usualVariable(said) ?? defaults.get(said));
  const facts: Fact[] = [];
  for (const { labels, body, offset } of blocks(text)) {
    const where = at(file, text, offset);
    const [kind, type, label = ""] = labels;
    if (kind === "provider" && type === "aws") {
      const region = attribute(body, "region");
      const known = region === undefined ? undefined : (literal(region) ?? defaults.get(region));
      if (known !== undefined) facts.push({ kind: "region", region: known, where });
      const account = /allowed_account_ids\s*=\s*\[\s*"(\d{12})"\s*\]/.exec(body)?.[1];
      if (account !== undefined) facts.push({ kind: "account", account, where });
    }
    if (kind !== "resource") continue;
    const said = (name: string) => filled(textOf(attribute(body, name), defaults));
    if (type === "aws_lambda_function") {
      const folder = codeFolder(attribute(body, "filename"), defaults);
      const handler = said("handler");
      const placed = folder === undefined || handler === undefined ? handler : `${folder}/${handler}`;
      facts.push({ kind: "function", label, name: said("function_name"), handler: placed, where });
    }
    const identifier =
      type === "aws_db_instance"
        ? said("identifier")
        : type === "aws_rds_cluster"
          ? said("cluster_identifier")
          : undefined;
    if (identifier !== undefined && identifier !== "") {
      const engine = type === "aws_db_instance" ? "instance" : "cluster";
      facts.push({ kind: "database", engine, identifier, where });
    }
  }
  return facts;
}

/** A quoted text as it stands; a bare reference as a text with it inside. */
function textOf(written: string | undefined, defaults: ReadonlyMap<string, string>): string | undefined {
  if (written === undefined) return undefined;
  const text = literal(written);
  if (text !== undefined) return text;
  return /^(var|local|terraform)\.\w+$/.test(written)
    ? (defaults.get(written) ?? `\${${written}}`)
    : undefined;
}

function literal(written: string): string | undefined {
  return /^"((?:[^"\\]|\\.)*)"$/.exec(written)?.[1];
}

function attribute(body: string, name: string): string | undefined {
  return new RegExp(`^[ \\t]*${name}[ \\t]*=[ \\t]*("(?:[^"\\\\\\n]|\\\\.)*"|[\\w.]+)`, "m").exec(body)?.[1];
}

/** The folder in which the zip lies, or that an `archive_file` packs: there is the code, in most repositories. */
function codeFolder(written: string | undefined, defaults: ReadonlyMap<string, string>): string | undefined {
  const archive = /^data\.archive_file\.(\w+)\.output_path$/.exec(written ?? "")?.[1];
  if (archive !== undefined) return defaults.get(`archive.${archive}`);
  const zip = fromModule(literal(written ?? ""));
  return zip?.includes("/") ? posix.dirname(zip) : undefined;
}

function* archivesIn(text: string): Generator<[string, string]> {
  for (const { labels, body } of blocks(text)) {
    if (labels[0] !== "data" || labels[1] !== "archive_file" || labels[2] === undefined) continue;
    const folder = fromModule(literal(attribute(body, "source_dir") ?? ""));
    const file = fromModule(literal(attribute(body, "source_file") ?? ""));
    const packed = folder ?? (file === undefined ? undefined : posix.dirname(file));
    if (packed !== undefined) yield [`archive.${labels[2]}`, packed];
  }
}

/** Relative to the file that says it; what is computed otherwise is unknown. */
function fromModule(path: string | undefined): string | undefined {
  const plain = path?.replace(/^\$\{path\.(module|root)\}\//, "");
  return plain === undefined || plain.includes("${") ? undefined : plain;
}

/** Variables and locals that are a plain text. What names the stage is a placeholder instead. */
function* defaultsIn(text: string): Generator<[string, string]> {
  for (const { labels, body } of blocks(text)) {
    if (labels[0] === "variable" && labels[1] !== undefined) {
      const value = literal(attribute(body, "default") ?? "");
      if (value !== undefined && value !== "") yield [`var.${labels[1]}`, value];
    }
    if (labels[0] !== "locals") continue;
    for (const [, name, value] of body.matchAll(/^[ \t]*(\w+)[ \t]*=[ \t]*"([^"\\\n$]*)"/gm))
      yield [`local.${name}`, value ?? ""];
  }
}

interface Block {
  labels: string[];
  body: string;
  offset: number;
}

/** The outermost blocks: `resource "type" "name" { … }`. */
function* blocks(text: string): Generator<Block> {
  const header = /^[ \t]*(\w+)((?:[ \t]+"[^"\n]*")*)[ \t]*\{/gm;
  for (let match = header.exec(text); match !== null; match = header.exec(text)) {
    const start = match.index + match[0].length;
    const end = closing(text, start);
    const labels = [...(match[2] ?? "").matchAll(/"([^"]*)"/g)].map(([, label = ""]) => label);
    yield { labels: [match[1] ?? "", ...labels], body: text.slice(start, end), offset: match.index };
    header.lastIndex = Math.max(end, start);
  }
}

function closing(text: string, start: number): number {
  let depth = 1;
  for (let index = start; index < text.length; index++) {
    if (text[index] === "{") depth += 1;
    else if (text[index] === "}" && --depth === 0) return index;
  }
  return text.length;
}
