import { basename, relative } from "node:path";
import { Failure } from "../../contract/failure.js";
import { exists } from "../exists.js";
import type { Project } from "../project.js";
import { onPath, pythonWithAlembic } from "../run/python.js";
import { serviceWithAlembic } from "./compose.js";

interface Setting {
  project: Project;
  top: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** The words that make a migration with the project's own tool. The message is one word, whatever it says. */
export async function toolCommand(
  setting: Setting,
  { message, slug }: { message: string; slug: string },
): Promise<string[]> {
  return setting.project.engine === "prisma"
    ? prismaCommand(setting, slug)
    : alembicCommand(setting, message);
}

async function alembicCommand({ project, top, env }: Setting, message: string): Promise<string[]> {
  const ini = /\.(?:ini|toml)$/.test(project.evidence) ? relative(project.root, project.evidence) : undefined;
  const configured =
    ini === undefined || ini === "alembic.ini" || basename(ini) === "pyproject.toml" ? [] : ["-c", ini];
  const words =
    project.flask === true
      ? ["flask", "db", "migrate", "-m", message]
      : ["alembic", ...configured, "revision", "--autogenerate", "-m", message];
  const python = await pythonWithAlembic(project.root, top, env);
  if (!("why" in python)) return [...python.argv, "-m", ...words];
  const inside = await serviceWithAlembic(top, env);
  if (inside !== undefined) return [...inside, ...words];
  throw new Failure(
    "alembic_not_found",
    `A migration needs the project's own Alembic, and there is ${python.why}. Nothing was made.`,
    {
      category: "usage",
      hint: 'Activate its virtual environment, start its containers (docker compose up -d), or say in .migraterc.json how it is run: "create": {"command": ["docker", "compose", "exec", "-T", "back", "alembic", "revision", "--autogenerate", "-m", "{message}"]}',
    },
  );
}

/** `--no-install`: what npx would fetch from the registry is not the project's own tool. */
async function prismaCommand({ project, top, env }: Setting, slug: string): Promise<string[]> {
  const schema = relative(project.root, project.evidence);
  const isUsual =
    ["prisma/schema.prisma", "schema.prisma"].includes(schema) ||
    (await exists(`${project.root}/prisma.config.ts`));
  const named = isUsual || !schema.endsWith(".prisma") ? [] : ["--schema", schema];
  if (await onPath("npx", env))
    return ["npx", "--no-install", "prisma", "migrate", "dev", "--create-only", "--name", slug, ...named];
  throw new Failure(
    "prisma_not_found",
    `A migration needs the project's own Prisma, and there is no npx to run it in ${top}. Nothing was made.`,
    {
      category: "usage",
      hint: "Install Node.js with npm, then: npm install --save-dev prisma",
    },
  );
}
