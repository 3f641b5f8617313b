import type { Project } from "../project.js";
import { projectsIn } from "../recognise.js";
import { readText, type Survey } from "../survey.js";
import { readAutoMigrate } from "./auto-migrate.js";
import { codeOf } from "./code-of.js";
import type { Fact } from "./fact.js";
import { mayHandle, readHandler } from "./handlers.js";
import { projectNames, stageOfEnvFile } from "./names.js";
import { isPipeline, readPipeline } from "./pipelines.js";
import { isProgram, readProgram } from "./programs.js";
import { isSamConfig, isTemplateFile, readSamConfig, readTemplate } from "./sam.js";
import { isServerlessFile, readServerless } from "./serverless.js";
import { isTerraformFile, readTerraform, stageOfTerraformPath } from "./terraform.js";

export interface Look {
  projects: Project[];
  /** Of one kind, those that know better come first. */
  facts: Fact[];
  /** False when the repository has more files than were looked at. */
  complete: boolean;
}

type Reader = (file: string, text: string) => Fact[];

const readers: [RegExp, Reader][] = [
  [isServerlessFile, readServerless],
  [isTemplateFile, readTemplate],
  [isSamConfig, readSamConfig],
  [isProgram, readProgram],
  [isPipeline, readPipeline],
  ...[isServerlessFile, isTemplateFile, isProgram, isTerraformFile].map((declares): [RegExp, Reader] => [
    declares,
    readAutoMigrate,
  ]),
];

const mostOfAKind = 200;

/** All that the repository's files say about its migrations and where they run. Reads, and executes nothing. */
export async function lookAt(survey: Survey): Promise<Look> {
  const facts: Fact[] = [];
  for (const [pattern, reader] of readers) {
    for (const { file, text } of await textsOf(survey, (one) => pattern.test(one)))
      facts.push(...reader(file, text));
  }
  facts.push(...readTerraform(await textsOf(survey, (file) => isTerraformFile.test(file))));
  const placed = facts.map((fact) => withCode(survey, fact));
  const named = new Set(placed.flatMap((fact) => (fact.kind === "function" ? [fact.code ?? ""] : [])));
  for (const { file, text } of await textsOf(survey, (one) => mayHandle(one, named))) {
    placed.push(...readHandler(file, text));
  }
  for (const file of survey.files) placed.push(...stageOfTerraformPath(file), ...stageOfEnvFile(file));
  placed.push(...(await projectNames(survey)));
  return { projects: await projectsIn(survey), facts: placed, complete: survey.complete };
}

function withCode({ files }: Survey, fact: Fact): Fact {
  if (fact.kind !== "function") return fact;
  const code = codeOf(files, fact);
  return code === undefined ? fact : { ...fact, code };
}

async function textsOf(
  survey: Survey,
  isWanted: (file: string) => boolean,
): Promise<{ file: string; text: string }[]> {
  const wanted = survey.files.filter(isWanted).slice(0, mostOfAKind);
  const texts = await Promise.all(wanted.map((file) => readText(survey, file)));
  return wanted.flatMap((file, index) => {
    const text = texts[index];
    return text === undefined ? [] : [{ file, text }];
  });
}
