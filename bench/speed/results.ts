import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg, totalmem } from "node:os";
import { withCertificates } from "./programs.js";

const file = new URL("../RESULTS.md", import.meta.url);
const head = `# Measured

Written by \`npm run bench\`; what the rows are and what was tried stands in [README.md](README.md).
`;

export function table(header: string[], rows: string[][]): string {
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Writes the section of this Node; those of others stay. */
export async function writeResults(rounds: number, tables: string[]): Promise<void> {
  const before = await readFile(file, "utf8").catch(() => "");
  const major = process.versions.node.split(".")[0];
  const setting = withCertificates ? ", with NODE_EXTRA_CA_CERTS" : "";
  const sections = before.split(/^(?=## Node )/m).slice(1);
  const isOwn = new RegExp(`^## Node ${major}\\.[\\d.]+${setting}\\n`);
  const others = sections.filter((section) => !isOwn.test(section));
  const own = `## Node ${process.versions.node}${setting}\n\n${machine()}, ${rounds} rounds, ${new Date().toISOString().slice(0, 10)}.\n\n${tables.join("\n\n")}\n`;
  const all = [...others.map((section) => `${section.trimEnd()}\n`), own].sort();
  await writeFile(file, [head, ...all].join("\n"));
}

/** Without its name. A load above the two processes that are measured at a time means that others worked there too. */
function machine(): string {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cores.length} cores (${cores[0]?.model.trim() ?? "unknown"}), ${memory} GiB, ${process.platform} ${process.arch}, load ${(loadavg()[2] ?? 0).toFixed(1)}`;
}
