import { readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Context } from "../../cli/context.js";
import { configFileName } from "../../config/find.js";
import { findConfig, parseConfig } from "../../config/load.js";
import { Failure } from "../../contract/failure.js";
import { type Look, lookAt } from "../../project/facts/look.js";
import { surveyFolder } from "../../project/survey.js";
import type { Choices } from "../../scaffold/config/choices.js";
import { type Answers, choose } from "../../scaffold/config/choose.js";
import { sightings } from "../../scaffold/config/sightings.js";
import { configText } from "../../scaffold/config/text.js";
import { handlerReadme, readmePath } from "../../scaffold/handler/readme.js";
import type { WrittenHandler } from "../../scaffold/handler/written.js";
import type { InitFile, InitFilesResult } from "../../workflow/results/init.js";
import type { InitOptions } from "../init.js";
import { askWhatIsNotSeen } from "./ask.js";
import { planHandler } from "./handler.js";
import { missingOnThisMachine } from "./machine.js";
import { offer } from "./offer.js";

/** Looks at the repository and proposes its `.migraterc.json`, with `--handler` the far side too. */
export async function setUp(context: Context, input: InitOptions): Promise<InitFilesResult> {
  const folder = context.host.cwd;
  const existing = await findConfig(folder);
  if (existing.found && input.handler === undefined) throw configExists(existing.path);
  const survey = await surveyFolder(folder);
  const look = await lookAt(survey);
  const answers = await answersOf(context, input, look);
  const engine = answers.engine;
  const planned =
    engine === undefined ? undefined : await planHandler(engine, survey, look, context.host.dist);
  const choices = choose(look.facts, {
    ...answers,
    ...(planned === undefined ? {} : { written: planned.written }),
  });
  const notes = [
    ...(look.complete
      ? []
      : ["The repository has more files than were looked at: what is missing here may be in the rest."]),
    ...(await topNote(folder)),
    ...choices.notes,
    ...(planned?.notes ?? []),
    ...(planned === undefined ? [] : await missingOnThisMachine(context.host, folder, engine, look)),
  ];
  const config = existing.found ? undefined : configFile(choices, look);
  return offer(
    context,
    {
      folder,
      files: [
        ...(config === undefined ? [] : [config]),
        ...(planned === undefined ? [] : handlerFiles(planned.written, choices)),
        ...(await ignoreFile(folder, planned?.written.ignored ?? [])),
      ],
      notes: config === undefined ? [...notes, inExistingConfig(choices)] : notes,
      next: nextCommands(choices),
      hintIfExists: "Look at what is there; to have it written anew, move it away first.",
      command: ["migrate-remote init --yes", ...flags(input)].join(" "),
    },
    input,
  );
}

/** The flags' word, then what somebody at the terminal says. */
async function answersOf(
  context: Context,
  input: InitOptions,
  look: Look,
): Promise<Answers & { engine?: InitOptions["handler"] }> {
  const { handler: engine, contract, function: functionName } = input;
  const said = {
    ...(engine === undefined ? {} : { engine }),
    ...(contract === undefined ? {} : { contract }),
    ...(functionName === undefined ? {} : { functionName }),
  };
  if (input.yes || context.options.json || context.questions === undefined || engine !== undefined)
    return said;
  return askWhatIsNotSeen(context.questions, look, said);
}

function configFile(choices: Choices, { projects }: Look): InitFile {
  const text = configText(choices);
  if (text === undefined) throw nothingKnown(choices, projects.find(({ inline }) => inline !== true)?.engine);
  const parsed = parseConfig(text);
  if (!parsed.ok) {
    const said = parsed.problems.map(({ path, message }) => `${path} ${message}`).join("; ");
    throw new Failure(
      "internal_error",
      `The proposed ${configFileName} would not be understood: ${said}. Nothing was written.`,
      {
        hint: "Please report it, with this line.",
      },
    );
  }
  const seen = sightings(choices);
  return { path: configFileName, change: "create", content: text, seen };
}

function handlerFiles(written: WrittenHandler, { project, functionName }: Choices): InitFile[] {
  const name = functionName?.value ?? "{project}-migrate-{stage}";
  const readme = { path: readmePath, content: handlerReadme(written, project.value, name) };
  return [...written.files, readme].map((file) => ({ ...file, change: "create" as const, seen: [] }));
}

/** `.migrate-remote/` ignores itself; this says so to people and to tools that do not look in there. */
async function ignoreFile(folder: string, more: string[]): Promise<InitFile[]> {
  const isRepository = await stat(join(folder, ".git")).then(
    () => true,
    () => false,
  );
  if (!isRepository) return [];
  const text = await readFile(join(folder, ".gitignore"), "utf8").catch(() => "");
  const present = new Set(
    text.split(/\r?\n/).map((line) => line.trim().replace(/^\//, "").replace(/\/$/, "")),
  );
  const lines = [".migrate-remote/", ...more].filter((line) => !present.has(line.replace(/\/$/, "")));
  if (lines.length === 0) return [];
  return [{ path: ".gitignore", change: "append", content: `${lines.join("\n")}\n`, seen: [] }];
}

async function topNote(folder: string): Promise<string[]> {
  const config = await findUpward(folder, ".git");
  if (config === undefined || config === folder) return [];
  return [
    `This folder is not where the repository starts (${relative(folder, config)}): what stands further up was not looked at, and the file counts from here down.`,
  ];
}

async function findUpward(folder: string, name: string): Promise<string | undefined> {
  for (let here = folder; ; here = join(here, "..")) {
    const found = await stat(join(here, name)).then(
      () => true,
      () => false,
    );
    if (found) return here;
    if (here === join(here, "..")) return undefined;
  }
}

function configExists(path: string): Failure {
  return new Failure(
    "file_exists",
    `${path} exists already, and nothing is overwritten. Nothing was written.`,
    {
      category: "usage",
      hint: "Check it: migrate-remote doctor. To have one proposed anew, move it away first; init --handler adds a handler beside it.",
    },
  );
}

function nothingKnown(choices: Choices, engine: string | undefined): Failure {
  const { functionName, contract, notes } = choices;
  const missing = [
    ...(contract === undefined ? ["what your migration Lambda takes and gives"] : []),
    ...(functionName === undefined ? ["what it is called"] : []),
  ];
  const ours = `migrate-remote init --handler ${engine ?? "sql"}`;
  return new Failure(
    "not_seen",
    [
      `The repository does not show ${missing.join(", or ")}. Nothing was written: to a wrong guess the answer may be a migration.`,
      ...notes,
    ].join("\n"),
    {
      category: "usage",
      hint: `Have a handler written: ${ours}. Or say it: migrate-remote init --contract NAME --function NAME; docs/contracts.md has the contracts.`,
    },
  );
}

function inExistingConfig({ local, package: packed, functionName }: Choices): string {
  const said = {
    function: functionName?.value,
    contract: "migrate-remote",
    package: packed,
    stages: {
      local: {
        local: {
          handler: local?.handler.value,
          ...(local?.environment && { environment: local.environment }),
        },
      },
    },
  };
  return `Your .migraterc.json stays as it is. What it should say of this handler:\n${JSON.stringify(said, null, 2)}`;
}

function nextCommands({ local, stages }: Choices): string[] {
  const first =
    local === undefined
      ? `migrate-remote doctor --stage ${stages[0]?.value ?? "dev"}`
      : "migrate-remote status";
  return [first];
}

function flags({ handler, contract, function: name }: InitOptions): string[] {
  return [
    ...(handler === undefined ? [] : [`--handler ${handler}`]),
    ...(contract === undefined ? [] : [`--contract ${contract}`]),
    ...(name === undefined ? [] : [`--function '${name}'`]),
  ];
}
