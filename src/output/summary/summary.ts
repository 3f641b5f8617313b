import type { CommandResult, ResultError } from "../../workflow/results.js";
import type { Ending } from "../ending.js";
import { problemLines } from "../problem.js";
import { completeCommands } from "../recommend.js";
import { makeStyle } from "../style.js";
import { endRows, factTable } from "./facts.js";
import { block, type Markdown, text } from "./markdown.js";
import { migrationRows, sqlDetails } from "./migrations.js";
import { parts } from "./parts.js";

/** What a command says of itself on a job's page. */
export interface SummaryParts {
  /** One sentence with its mark. */
  verdict: string;
  body: Markdown[];
  /** What may be left out where it is too much. */
  extra?: Markdown[];
}

/** Commands whose results belong on a job's page; the others' are read on the spot. */
const told: ReadonlySet<string> = new Set([
  "status",
  "run",
  "fix-history",
  "attach",
  "snapshot",
  "deploy",
  "lint",
  "doctor",
]);

const style = makeStyle({
  verbose: false,
  color: false,
  isTerminal: false,
  columns: undefined,
  env: {},
});

/** A job's summary in Markdown, no longer than `room` bytes; undefined for a command that writes none. */
export function summaryOf(ending: Ending, room: number): string | undefined {
  const { command, result } = ending;
  const [name] = (command ?? "").split(" ");
  if (name === undefined || !told.has(name)) return undefined;
  const { verdict, body, extra = [] } = result === undefined ? failed(ending) : parts(result, ending, style);
  const error = ending.error ?? errorOf(result);
  const head = [`### ${heading(ending)}`, "", text(completeCommands(verdict, ending.given))];
  const problem = error === undefined ? [] : ["", ...errorBlock(error)];
  const rest = [...warningLines(ending), ...body];
  const versions = [
    [...head, ...problem, ...rest, ...extra],
    [...head, ...problem, ...rest, "", leftOut],
    [...head, ...problem, "", leftOut],
    [...head, "", leftOut],
  ].map((all) => `${all.join("\n")}\n\n`);
  return versions.find((version) => Buffer.byteLength(version) <= room);
}

const leftOut = "… the rest was left out: it is too long for a summary. The job's log has it.";

function heading({ command = "", stage }: Ending): Markdown {
  return `migrate-remote ${text(command)}${stage === undefined ? "" : `: ${text(stage)}`}`;
}

/** An error was its end. */
function failed(ending: Ending): SummaryParts {
  const { error, plan = [] } = ending;
  const planned = migrationRows(plan, style);
  return {
    verdict: `${error?.code === "interrupted" ? "!" : "✗"} ${error?.message.split("\n")[0] ?? ""}`,
    body: [
      ...(planned.length === 0 ? [] : ["", "The plan was:", "", ...planned]),
      "",
      ...factTable(endRows(ending)),
    ],
    extra: sqlDetails(plan),
  };
}

export function errorOf(result: CommandResult | undefined): ResultError | undefined {
  return result !== undefined && "error" in result ? result.error : undefined;
}

/** As it stands on the terminal, with its excerpt and caret. */
function errorBlock(error: ResultError): Markdown[] {
  return block(
    problemLines(error, { ...style, columns: 120 })
      .join("\n")
      .slice(0, 20_000),
  );
}

function warningLines({ warnings }: Ending): Markdown[] {
  if (warnings.length === 0) return [];
  return ["", ...warnings.slice(0, 50).map(({ message }) => `- ! ${text(message.slice(0, 2_000))}`)];
}
