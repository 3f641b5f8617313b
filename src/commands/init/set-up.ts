import { basename, dirname, relative, resolve } from "node:path";
import type { Context } from "../../cli/context.js";
import { configFileName, findNamed } from "../../config/find.js";
import { findConfig, parseConfig } from "../../config/load.js";
import { type Look, lookAt } from "../../project/facts/look.js";
import { withFiles } from "../../project/project-name.js";
import { surveyFolder } from "../../project/survey.js";
import type { Choices } from "../../scaffold/config/choices.js";
import { choose } from "../../scaffold/config/choose.js";
import { sightings } from "../../scaffold/config/sightings.js";
import { configText } from "../../scaffold/config/text.js";
import { handlerReadme, readmePath } from "../../scaffold/handler/readme.js";
import type { WrittenHandler } from "../../scaffold/handler/written.js";
import type { InitFile, InitFilesResult } from "../../workflow/results/init.js";
import type { InitOptions } from "../init.js";
import { usage } from "../option-values.js";
import { askWhatIsNotSeen, type Known } from "./ask.js";
import { planHandler } from "./handler.js";
import { ignoreFile } from "./ignore-file.js";
import { missingOnThisMachine, packagePath } from "./machine.js";
import { nextSteps } from "./next-steps.js";
import { offer } from "./offer.js";
import { configExists, nothingKnown, notUnderstood } from "./refusals.js";
import { repositoryOf } from "./repository.js";

/** Looks at the repository and proposes its `.migraterc.json`, with `--handler` the far side too. Nothing is invoked. */
export async function setUp(context: Context, input: InitOptions): Promise<InitFilesResult> {
  if (input.handler !== undefined && input.contract !== undefined) {
    throw usage(
      "--handler writes a Lambda of contract migrate-remote.",
      "Leave one of --handler and --contract out.",
    );
  }
  const { folder, name, existing } = await placeOf(context);
  if (existing.found && input.handler === undefined) throw configExists(existing.path);
  const survey = await surveyFolder(folder);
  const look = await lookAt(survey);
  const { engine, ...answers } = await knownOf(context, input, look);
  const planned =
    engine === undefined ? undefined : await planHandler(engine, survey, look, context.host.dist);
  const choices = choose(look.facts, {
    ...answers,
    ...(planned === undefined ? {} : { written: planned.written }),
  });
  // What is read with most care stands nearest to the question, and is written when all that it names is there.
  const files = [
    ...(planned === undefined ? [] : handlerFiles(planned.written, choices)),
    ...(await ignoreFile(folder, planned?.written.ignored ?? [])),
    ...(existing.found
      ? []
      : [
          configFile(choices, look, {
            folder,
            name,
            ours: await packagePath(folder, "migrate-remote"),
          }),
        ]),
  ];
  const missing = await missingOnThisMachine(context.host, folder, engine, look);
  const notes = [
    ...(look.complete
      ? []
      : ["Of this repository's files only the first were looked at: there are very many."]),
    ...(await topNote(folder)),
    ...(folder === context.host.cwd ? [] : [`Files are named as seen from ${folder}.`]),
    ...choices.notes,
    ...(planned?.notes ?? []),
    ...missing.map(({ what, command }) => (command === undefined ? what : `${what}: ${command}`)),
    ...(existing.found ? [forExisting(choices, relative(folder, existing.path))] : []),
  ];
  const next = nextSteps(choices, missing, existing.found);
  const command = ["migrate-remote init --yes", ...flagsOf(input)].join(" ");
  const hintIfExists = "Look at what is there; to have it written anew, move it away first.";
  return offer(context, { folder, files, notes, next, command, hintIfExists }, input);
}

/** Where the configuration is or will be. What it says is relative to its folder, so that is the one to look at. */
async function placeOf({ host, options }: Context) {
  const { cwd } = host;
  if (options.config === undefined) {
    const existing = await findConfig(cwd);
    // What it says of a handler counts from its own folder.
    return { folder: existing.found ? dirname(existing.path) : cwd, name: configFileName, existing };
  }
  const path = resolve(cwd, options.config);
  return { folder: dirname(path), name: basename(path), existing: await findNamed(path) };
}

/** The flags' word, then what somebody at the terminal says. */
async function knownOf({ options, questions }: Context, input: InitOptions, look: Look): Promise<Known> {
  const { handler: engine, contract, function: functionName } = input;
  const said = {
    ...(engine === undefined ? {} : { engine }),
    ...(contract === undefined ? {} : { contract }),
    ...(functionName === undefined ? {} : { functionName }),
  };
  if (input.yes || options.json || questions === undefined || engine !== undefined) return said;
  return askWhatIsNotSeen(questions, look, said);
}

function configFile(
  choices: Choices,
  { projects }: Look,
  { folder, name, ours }: { folder: string; name: string; ours: string },
): InitFile {
  const content = configText(choices, ours);
  if (content === undefined) throw nothingKnown(choices, withFiles(projects), folder);
  const parsed = parseConfig(content);
  if (!parsed.ok) throw notUnderstood(parsed.problems);
  return { path: name, change: "create", content, seen: sightings(choices) };
}

function handlerFiles(written: WrittenHandler, { project, functionName }: Choices): InitFile[] {
  const readme = {
    path: readmePath,
    content: handlerReadme(written, project.value, functionName?.value ?? ""),
  };
  return [readme, ...written.files].map((file) => ({ ...file, change: "create" as const, seen: [] }));
}

/** Where the repository starts further up, its infrastructure may stand there too. */
async function topNote(folder: string): Promise<string[]> {
  const { root } = await repositoryOf(folder);
  if (root === folder) return [];
  return [
    `The repository starts further up, in ${relative(folder, root)}: what stands there was not looked at, and the file counts from here down.`,
  ];
}

function forExisting({ local, package: packed, functionName }: Choices, path: string): string {
  const stage = { handler: local?.handler.value, environment: local?.environment };
  const said = {
    function: functionName?.value,
    contract: "migrate-remote",
    package: packed,
    stages: { local: { local: stage } },
  };
  return `${path} stays as it is. What it should say of this handler:\n${JSON.stringify(said, null, 2)}`;
}

function flagsOf({ handler, contract, function: name }: InitOptions): string[] {
  return [
    ...(handler === undefined ? [] : [`--handler ${handler}`]),
    ...(contract === undefined ? [] : [`--contract ${contract}`]),
    ...(name === undefined ? [] : [`--function '${name}'`]),
  ];
}
