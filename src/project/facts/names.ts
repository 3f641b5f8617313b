import { basename } from "node:path";
import { readTomlTable } from "../recognise/toml.js";
import { readText, type Survey } from "../survey.js";
import { type Fact, knownStage } from "./fact.js";

/** What the project is called, best first: its package, its remote, its folder. Parts of a name that no name may have become `-`. */
export async function projectNames(survey: Survey): Promise<Fact[]> {
  const named = [
    { where: "package.json", name: packageName(await readText(survey, "package.json")) },
    { where: "pyproject.toml", name: pyprojectName(await readText(survey, "pyproject.toml")) },
    { where: ".git/config", name: remoteName(await readText(survey, ".git/config")) },
    { where: "this folder's name", name: basename(survey.root) },
  ];
  return named.flatMap(({ where, name }): Fact[] => {
    const fit = (name ?? "")
      .replace(/[^\w.-]+/g, "-")
      .replace(/^[-.]+|-+$/g, "")
      .slice(0, 60);
    return fit === "" ? [] : [{ kind: "project", name: fit, where }];
  });
}

function packageName(text: string | undefined): string | undefined {
  try {
    const { name } = JSON.parse(text ?? "null") as { name?: unknown };
    return typeof name === "string" ? name.replace(/^@[^/]*\//, "") : undefined;
  } catch {
    return undefined;
  }
}

function pyprojectName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return (readTomlTable(text, "project") ?? readTomlTable(text, "tool.poetry"))?.get("name")?.[0];
}

function remoteName(config: string | undefined): string | undefined {
  const url = /\[remote "origin"\][^[]*?\burl\s*=\s*(\S+)/.exec(config ?? "")?.[1];
  return url
    ?.replace(/\/+$/, "")
    .replace(/\.git$/, "")
    .split(/[/:]/)
    .at(-1);
}

/** `.env.prod`: that there is such a file says that there is such a stage. It is not read. */
export function stageOfEnvFile(file: string): Fact[] {
  const name = /(^|\/)\.env\.([\w-]+)$/.exec(file)?.[2];
  return name !== undefined && knownStage.test(name) && !/^test(ing)?$/.test(name)
    ? [{ kind: "stage", name, where: file }]
    : [];
}
