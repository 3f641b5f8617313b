// The README's pictures: commands that were run on a stage of this machine, as they left the screen.
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { masked } from "./pictures/mask.js";
import { type Cell, screenAfter } from "./pictures/session.js";
import { svgOf } from "./pictures/svg.js";

const root = fileURLToPath(new URL("../", import.meta.url));

export interface Picture {
  /** From the root. */
  path: string;
  title: string;
  lines: Cell[][];
}

const local = { handler: "handler.handler", database: "embedded" };

const config = {
  project: "template-saas",
  contract: "migrate-remote",
  stages: { local: { local }, prod: { protected: true, local } },
};

/** Runs the commands in a project made for it, one after another, and takes what each leaves on the screen. Needs a built `dist`. */
export async function takePictures(): Promise<Picture[]> {
  const cwd = await mkdtemp(join(tmpdir(), "migrate-remote-pictures-"));
  try {
    // Root's PostgreSQL runs as somebody else, who has to get in.
    await chmod(cwd, 0o755);
    await cp(join(root, "docs/example/migrations"), join(cwd, "migrations"), { recursive: true });
    await writeFile(join(cwd, ".migraterc.json"), JSON.stringify(config));
    await writeFile(join(cwd, "handler.mjs"), handler());
    const take = async (name: string, title: string, command: string): Promise<Picture> => {
      const screen = await screenAfter(command.split(" "), cwd);
      const lines = [typed(`$ migrate-remote ${command}`), [], ...screen.map(masked)];
      return { path: `docs/pictures/${name}.svg`, title, lines };
    };
    const status = await take("status", "Four migrations are pending", "status --stage local");
    const run = await take("run", "They are applied, and the log is shown", "run --stage local");
    await screenAfter(["run", "--stage", "prod", "--confirm", "--allow-destructive"], cwd);
    await writeFile(
      join(cwd, "migrations/005_due_dates.sql"),
      "ALTER TABLE invoices ADD COLUMN due date;\nUPDATE invoices SET due = created + 30 WHERE due IS NULL;\n",
    );
    const failure = await take(
      "failure",
      "A migration fails: what stands, and the way back",
      "run --stage prod --confirm",
    );
    return [status, run, failure];
  } finally {
    await rm(cwd, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }
}

export async function writePictures(): Promise<void> {
  await mkdir(join(root, "docs/pictures"), { recursive: true });
  for (const { path, title, lines } of await takePictures())
    await writeFile(join(root, path), svgOf(lines, title));
}

function typed(command: string): Cell[] {
  return [...command].map((text) => ({ text, look: "bold" }));
}

function handler(): string {
  return `import { createHandler, sql } from ${JSON.stringify(pathToFileURL(join(root, "dist/handler.js")).href)};
export const handler = createHandler({
  engine: sql({ directory: new URL("./migrations/", import.meta.url) }),
  database: () => process.env.DATABASE_URL,
});
`;
}
