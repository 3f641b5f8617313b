import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Failure } from "../../contract/failure.js";
import { exists } from "../exists.js";
import type { SourceRevision } from "../project.js";
import { wayDown } from "../sql-trips.js";

/** The files of a new numbered migration: the next number in the width of the last, or a time stamp where those are used. */
export async function writeSqlFiles(
  folder: string,
  revisions: SourceRevision[],
  { slug, message, now }: { slug: string; message: string; now: Date },
): Promise<string[]> {
  const last = revisions.at(-1);
  const name = nextName(last === undefined ? undefined : basename(last.file), slug, now);
  const hasDown = last !== undefined && (await wayDown(last)) !== undefined;
  const down = `${name.replace(/(?:\.up)?\.sql$/i, "")}.down.sql`;
  const files = [name, ...(hasDown ? [down] : [])].map((file) => join(folder, file));
  for (const file of files) {
    if (await exists(file))
      throw new Failure("file_exists", `${file} is there already; nothing was written.`, {
        category: "usage",
        hint: "Choose another message.",
      });
  }
  await mkdir(folder, { recursive: true });
  for (const [index, file] of files.entries())
    await writeFile(file, `-- ${index === 0 ? message : `Takes back: ${message}`}\n\n`, { flag: "wx" });
  return files;
}

/** `011_add_invoices.sql` behind `010_x.sql`, `11-add.up.sql` behind `10-x.up.sql`. */
export function nextName(last: string | undefined, slug: string, now: Date): string {
  const [, digits = "000", separator = "_"] = /^(\d+)([_.-])/.exec(last ?? "") ?? [];
  const ending = /\.up\.sql$/i.test(last ?? "") ? ".up.sql" : ".sql";
  return `${nextNumber(digits, now)}${separator}${slug}${ending}`;
}

function nextNumber(digits: string, now: Date): string {
  const stamp = now.toISOString().replaceAll(/\D/g, "");
  const next = (BigInt(digits) + 1n).toString().padStart(digits.length, "0");
  // Eight digits and more are a moment; a clock that is behind the last file must not put this one before it.
  if (digits.length < 8) return next;
  const moment = stamp.slice(0, digits.length).padEnd(digits.length, "0");
  return BigInt(moment) > BigInt(digits) ? moment : next;
}
