import { posix } from "node:path";
import { readText, type Survey } from "../survey.js";
import type { Found } from "./found.js";
import { folderOf, isBelow, nearestWith, within } from "./paths.js";

interface Settings {
  /** The folder that the settings stand for. */
  folder: string;
  /** A schema file, or the folder of several. */
  schema: string | undefined;
  migrations: string | undefined;
}

const configFile = /^(prisma\.config\.[cm]?[jt]s|package\.json)$/;
const hiddenConfig = /(^|\/)\.config\/prisma\.[cm]?[jt]s$/;
const otherDatabase = /^\s*provider\s*=\s*"(?!postgres(?:ql)?"|cockroachdb")\w+"/m;

/** Schemas with a `datasource` for PostgreSQL: the file is the project's, whatever it is called and however many stand beside it. */
export async function findPrisma(survey: Survey): Promise<Found[]> {
  const files = new Set(survey.files);
  const schemas: string[] = [];
  for (const file of survey.files) {
    if (!file.endsWith(".prisma") && posix.basename(file) !== "prisma.schema") continue;
    const text = await readText(survey, file);
    const datasource = /^\s*datasource\s+\w+\s*\{[^}]*\}/m.exec(text ?? "")?.[0];
    if (datasource !== undefined && !otherDatabase.test(datasource)) schemas.push(file);
  }
  if (schemas.length === 0) return [];
  const settings = await settingsOf(survey);
  return schemas.map((evidence) => {
    const said = settings.find(({ schema, folder }) =>
      schema === undefined ? isBelow(evidence, folder) : isBelow(evidence, schema),
    );
    const root =
      said?.folder ?? nearestWith(files, folderOf(evidence), ["package.json"]) ?? aboveOf(evidence);
    const migrations = said?.migrations ?? migrationsOf(survey, evidence);
    return { engine: "prisma", root, migrations, evidence };
  });
}

/** Where nobody says it: beside the schema, or beside the folder of several. */
function migrationsOf({ files }: Survey, evidence: string): string {
  const folder = folderOf(evidence);
  const places = [folder, folderOf(folder)].map((place) =>
    place === "" ? "migrations" : `${place}/migrations`,
  );
  const used = places.find((place) =>
    files.some((file) => isBelow(file, place) && /\/(migration\.sql|migration_lock\.toml)$/.test(file)),
  );
  return used ?? places[0] ?? "migrations";
}

function aboveOf(evidence: string): string {
  const folder = folderOf(evidence);
  return posix.basename(folder) === "prisma" ? folderOf(folder) : folder;
}

/** What `prisma.config.*` and `"prisma"` of package.json say. Programs are read as text: only what is written out is known. */
async function settingsOf(survey: Survey): Promise<Settings[]> {
  const all: Settings[] = [];
  for (const file of survey.files) {
    const hidden = hiddenConfig.test(file);
    if (!hidden && !configFile.test(posix.basename(file))) continue;
    const folder = hidden ? folderOf(folderOf(file)) : folderOf(file);
    const text = (await readText(survey, file)) ?? "";
    const said = file.endsWith("package.json") ? ofPackage(text) : ofProgram(text);
    if (said === undefined) continue;
    all.push({
      folder,
      schema: said.schema === undefined ? undefined : within(folder, said.schema),
      migrations: said.migrations === undefined ? undefined : within(folder, said.migrations),
    });
  }
  // The one that names its schema knows better than one that only stands above.
  return all.sort((a, b) => Number(a.schema === undefined) - Number(b.schema === undefined));
}

interface Said {
  schema: string | undefined;
  migrations: string | undefined;
}

function ofPackage(text: string): Said | undefined {
  try {
    const said: unknown = JSON.parse(text);
    const schema = (said as { prisma?: { schema?: unknown } } | null)?.prisma?.schema;
    return typeof schema === "string" ? { schema, migrations: undefined } : undefined;
  } catch {
    return undefined;
  }
}

function ofProgram(text: string): Said {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
  const migrations = /\bmigrations\s*:\s*\{([^}]*)\}/.exec(code)?.[1] ?? "";
  return { schema: pathAt(code, "schema"), migrations: pathAt(migrations, "path") };
}

/** `schema: "prisma/schema.prisma"` or `schema: path.join("prisma", "schema")`. */
function pathAt(code: string, key: string): string | undefined {
  const found = new RegExp(
    `\\b${key}\\s*:\\s*(?:path\\s*\\.\\s*|)(?:join\\s*\\(([^)]*)\\)|(["'\`][^"'\`\\n]*["'\`]))`,
  ).exec(code);
  const parts = [...(found?.[1] ?? found?.[2] ?? "").matchAll(/["'`]([^"'`\n]*)["'`]/g)].map(
    ([, part = ""]) => part,
  );
  return parts.length === 0 ? undefined : posix.join(...parts);
}
