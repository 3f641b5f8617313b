import { basename, join } from "node:path";
import type { Project, SourceRevision } from "../project.js";
import { type LogicalLine, readPython } from "../python/tokens.js";
import { readValue, type Value } from "../python/values.js";
import { entriesOf, readText } from "./files.js";
import { inOrder } from "./order.js";
import type { RevisionSource, UnreadableFile } from "./source.js";

/** Alembic's revision files, read as text: what each declares at its outermost level. */
export async function readAlembic(project: Project): Promise<RevisionSource> {
  const folders = [project.migrations, ...(project.furtherMigrations ?? [])];
  const files = await Promise.all(folders.map((folder) => revisionFiles(folder, project.recursive === true)));
  const read = await Promise.all(files.flat().map(readFileOf));
  const revisions = read.flatMap((one) => ("revision" in one ? [one] : []));
  return {
    revisions: inOrder(withDependencies(revisions)),
    unreadable: read.flatMap((one) => ("revision" in one ? [] : [one])),
  };
}

async function revisionFiles(folder: string, recursive: boolean): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && recursive && entry.name !== "__pycache__")
      files.push(...(await revisionFiles(path, recursive)));
    // As Alembic chooses them: an editor's lock file and the package's own are none.
    if (!entry.isDirectory() && /^(?!\.#|__init__).*\.py$/.test(entry.name)) files.push(path);
  }
  return files;
}

interface AlembicRevision extends SourceRevision {
  labels: string[];
  dependsOn: string[];
}

async function readFileOf(file: string): Promise<AlembicRevision | UnreadableFile> {
  const read = await readText(file);
  return "text" in read ? readRevision(file, read.text) : { file, message: read.message };
}

/** What a revision's file declares, or why that cannot be told without running it. */
export function readRevision(file: string, text: string): AlembicRevision | UnreadableFile {
  const source = readPython(text);
  if ("message" in source) return { file, line: source.line, message: source.message };
  const declared = (name: string) => declaration(source.lines, name);
  const revision = declared("revision");
  const down = declared("down_revision");
  if (revision === undefined) return { file, message: "it declares no revision" };
  if (revision.value.kind !== "string")
    return { file, line: revision.line, message: "its revision is not written out as a string" };
  if (down === undefined) return { file, message: "it declares no down_revision" };
  const downRevisions = names(down.value);
  if (downRevisions === undefined)
    return { file, line: down.line, message: "its down_revision is not written out as strings or None" };
  const dependsOn = namesOf(declared("depends_on"));
  const labels = namesOf(declared("branch_labels"));
  if (dependsOn === undefined)
    return { file, message: "its depends_on is not written out as strings or None" };
  return {
    revision: revision.value.text,
    downRevisions,
    dependsOn,
    labels: labels ?? [],
    name: messageOf(source.lines) ?? slugOf(file, revision.value.text),
    file,
  };
}

/** The last assignment at the outermost level, with or without an annotation. */
function declaration(lines: LogicalLine[], name: string): { value: Value; line: number } | undefined {
  const found = lines.findLast(({ indent, tokens }) => {
    return indent === 0 && tokens[0]?.text === name && assignmentAt(tokens) > 0;
  });
  if (found === undefined) return undefined;
  return {
    value: readValue(found.tokens.slice(assignmentAt(found.tokens) + 1)),
    line: found.tokens[0]?.line ?? 1,
  };
}

/** Where the `=` stands, or any sign that assigns in another way; 0 where there is none. */
function assignmentAt(tokens: LogicalLine["tokens"]): number {
  const [, second] = tokens;
  if (second?.kind !== "operator") return 0;
  if (second.text === ":")
    return Math.max(
      tokens.findIndex(({ text, kind }) => kind === "operator" && text === "="),
      0,
    );
  return second.text.endsWith("=") && second.text !== "==" ? 1 : 0;
}

function namesOf(declared: { value: Value } | undefined): string[] | undefined {
  return declared === undefined ? [] : names(declared.value);
}

function names(value: Value): string[] | undefined {
  if (value.kind === "none") return [];
  if (value.kind === "string") return [value.text];
  if (value.kind !== "list") return undefined;
  const texts = value.items.map((item) => (item.kind === "string" ? item.text : undefined));
  return texts.includes(undefined) ? undefined : (texts as string[]);
}

/** The first line of the file's doc comment, which is what `-m` said. */
function messageOf(lines: LogicalLine[]): string | undefined {
  const [first] = lines;
  if (first?.tokens.length !== 1 || first.tokens[0]?.kind !== "string") return undefined;
  const message = (first.tokens[0].value ?? "")
    .trim()
    .split(/\r\n|\r|\n/)[0]
    ?.trim();
  return message === "" ? undefined : message;
}

function slugOf(file: string, revision: string): string {
  const slug = basename(file, ".py");
  return slug.startsWith(`${revision}_`) ? slug.slice(revision.length + 1) : slug;
}

/** What is depended on may be named by a label or by its first characters; it has to come before as well. */
function withDependencies(revisions: AlembicRevision[]): SourceRevision[] {
  const resolve = (name: string) => {
    const labelled = revisions.find(({ labels, revision }) => revision === name || labels.includes(name));
    const alike = revisions.filter(({ revision }) => name.length >= 4 && revision.startsWith(name));
    return labelled?.revision ?? (alike.length === 1 ? alike[0]?.revision : undefined) ?? name;
  };
  return revisions.map(({ labels: _, dependsOn, ...revision }) => ({
    ...revision,
    ...(dependsOn.length > 0 ? { dependsOn: dependsOn.map(resolve) } : {}),
  }));
}
