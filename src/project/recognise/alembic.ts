import { posix } from "node:path";
import { readText, type Survey } from "../survey.js";
import type { Found } from "./found.js";
import { readIniSection } from "./ini.js";
import { folderOf, within } from "./paths.js";
import { readTomlTable } from "./toml.js";

interface Settings {
  scriptLocation: string | undefined;
  versionLocations: string[];
  recursive: boolean;
}

/** A project, and the folder of its `env.py`. */
interface Configured {
  project: Found;
  scripts: string;
}

/** `alembic.ini`, `[tool.alembic]` of pyproject.toml, Flask-Migrate's folder, or an environment that code alone configures. */
export async function findAlembic(survey: Survey): Promise<Found[]> {
  const files = new Set(survey.files);
  const configured: Configured[] = [];
  for (const file of survey.files) {
    const one = await projectOf(survey, files, file);
    if (one !== undefined && !configured.some(({ scripts }) => scripts === one.scripts)) configured.push(one);
  }
  const byCode = survey.files
    .filter((file) => posix.basename(file) === "script.py.mako" && files.has(beside(file, "env.py")))
    .map(folderOf)
    .filter((folder) => !configured.some(({ scripts }) => scripts === folder))
    .map((folder): Found => {
      const evidence = below(folder, "env.py");
      return { engine: "alembic", root: folderOf(folder), migrations: below(folder, "versions"), evidence };
    });
  // Those with a configuration come first: their tool can be run.
  return [...configured.map(({ project }) => project), ...byCode];
}

async function projectOf(survey: Survey, files: Set<string>, file: string): Promise<Configured | undefined> {
  const name = posix.basename(file);
  if (name !== "alembic.ini" && name !== "pyproject.toml") return undefined;
  const folder = folderOf(file);
  const text = (await readText(survey, file)) ?? "";
  const settings = name === "alembic.ini" ? ofIni(text) : ofToml(text);
  if (settings === undefined) return undefined;
  const env = below(folder, "env.py");
  if (settings.scriptLocation === undefined) {
    // Flask-Migrate keeps its alembic.ini inside the folder that it is about.
    if (name !== "alembic.ini" || !files.has(env)) return undefined;
    const flask = /\bflask\b/.test((await readText(survey, env)) ?? "");
    const found = versions(folder, settings, folder);
    const root = folderOf(folder);
    return {
      project: { engine: "alembic", root, evidence: file, ...found, ...(flask ? { flask } : {}) },
      scripts: folder,
    };
  }
  const scripts = locate(files, folder, settings.scriptLocation);
  if (scripts === undefined) return undefined;
  const found = versions(folder, settings, scripts);
  return { project: { engine: "alembic", root: folder, evidence: file, ...found }, scripts };
}

function versions(folder: string, { versionLocations, recursive }: Settings, scripts: string) {
  const [first, ...further] = versionLocations
    .map((location) => within(folder, location))
    .filter((path) => path !== undefined);
  return {
    migrations: first ?? below(scripts, "versions"),
    ...(further.length === 0 ? {} : { further }),
    ...(recursive ? { recursive } : {}),
  };
}

/** A path, or `package:folder` for a folder inside a Python package. */
function locate(files: Set<string>, folder: string, written: string): string | undefined {
  const inPackage = /^([A-Za-z_][\w.]*):(.+)$/.exec(written);
  if (inPackage?.[1] === undefined || inPackage[2] === undefined) return within(folder, written);
  const path = `${inPackage[1].replaceAll(".", "/")}/${inPackage[2]}`;
  const places = [path, `src/${path}`].map((place) => within(folder, place));
  return places.find((place) => place !== undefined && files.has(below(place, "env.py"))) ?? places[0];
}

function ofIni(text: string): Settings | undefined {
  // Every path is made relative to the file's folder, which is what %(here)s stands for.
  const section = readIniSection(text, "alembic", { here: "." });
  if (section === undefined) return undefined;
  const locations = section.get("version_locations");
  return {
    scriptLocation: nonEmpty(section.get("script_location")),
    versionLocations: locations === undefined ? [] : locations.split(separator(section)).filter(Boolean),
    recursive: /^(true|1|yes|on)$/i.test(section.get("recursive_version_locations") ?? ""),
  };
}

/** Alembic's words for what stands between several paths; without any it is commas and spaces. */
function separator(section: ReadonlyMap<string, string>): RegExp {
  const said = section.get("path_separator") ?? section.get("version_path_separator");
  if (said === "newline") return /\n/;
  if (said === "space") return /\s+/;
  if (said === ";") return /\s*;\s*|\n/;
  if (said === ":" || said === "os") return /\s*:\s*|\n/;
  return /[,\s]+/;
}

function ofToml(text: string): Settings | undefined {
  const table = readTomlTable(text, "tool.alembic");
  if (table === undefined) return undefined;
  const plain = (value: string) => value.replaceAll("%(here)s", ".").replaceAll("%%", "%");
  return {
    scriptLocation: nonEmpty(table.get("script_location")?.map(plain)[0]),
    versionLocations: table.get("version_locations")?.map(plain) ?? [],
    recursive: /^[ \t]*recursive_version_locations[ \t]*=[ \t]*true/m.test(text),
  };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text.trim();
}

function below(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

function beside(file: string, name: string): string {
  return below(folderOf(file), name);
}
