import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Context } from "../../cli/context.js";
import { Failure } from "../../contract/failure.js";
import type { InitFile, InitFilesResult } from "../../workflow/results/init.js";

export interface Offer {
  /** Absolute. */
  folder: string;
  files: InitFile[];
  notes: string[];
  /** Where it is written. */
  next: string[];
  /** What to type where a file exists already. */
  hintIfExists: string;
  /** The command that writes it without asking. */
  command: string;
}

/** Shows files whole, asks where somebody can answer, and writes them; nothing that exists is overwritten. */
export async function offer(
  context: Context,
  wanted: Offer,
  { yes }: { yes: boolean },
): Promise<InitFilesResult> {
  const { folder, files, notes } = wanted;
  await refuseExisting(wanted);
  const result = { command: "init", action: "files", folder, files, notes, asked: false } as const;
  if (!yes) {
    const confirm = context.options.json ? undefined : context.questions?.confirm;
    if (confirm === undefined) {
      return { ...result, outcome: "proposed", next: [wanted.command] };
    }
    context.emit({ type: "proposal", files, notes });
    const question = files.length === 1 ? "Write this file?" : `Write these ${files.length} files?`;
    if (!(await confirm(question))) return { ...result, asked: true, outcome: "declined", next: [] };
    await write(wanted);
    return { ...result, asked: true, outcome: "written", next: wanted.next };
  }
  await write(wanted);
  return { ...result, outcome: "written", next: wanted.next };
}

async function refuseExisting({ folder, files, hintIfExists }: Offer): Promise<void> {
  const existing: string[] = [];
  for (const { path, change } of files) {
    if (change === "create" && (await exists(join(folder, path)))) existing.push(path);
  }
  if (existing.length === 0) return;
  const verb = existing.length === 1 ? "exists" : "exist";
  throw new Failure(
    "file_exists",
    `${existing.join(", ")} ${verb} already, and nothing is overwritten. Nothing was written.`,
    { category: "usage", hint: hintIfExists },
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== "ENOENT",
  );
}

async function write({ folder, files }: Offer): Promise<void> {
  const written: string[] = [];
  for (const { path, change, content } of files) {
    const place = join(folder, path);
    try {
      await mkdir(dirname(place), { recursive: true });
      // Somebody may have made it while the question stood.
      if (change === "create") await writeFile(place, content, { flag: "wx" });
      else await append(place, content);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const before = written.length === 0 ? "Nothing was written." : `Written before: ${written.join(", ")}.`;
      throw new Failure("not_written", `${path} could not be written: ${reason}. ${before}`, {
        hint: "Mend that, remove what was written, and run it again.",
        cause: error,
      });
    }
    written.push(path);
  }
}

/** Lines at the end of a file that may not end with one. */
async function append(place: string, content: string): Promise<void> {
  const before = await readFile(place, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  await writeFile(place, gap + content, { flag: "a" });
}
