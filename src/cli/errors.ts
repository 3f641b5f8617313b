import { ZodError, type z } from "zod";
import { Failure } from "../contract/failure.js";
import { redact } from "../contract/redact.js";

/** Any error as a failure that can be told. What nobody foresaw keeps its cause for --verbose. */
export function toFailure(error: unknown, command?: string): Failure {
  if (error instanceof Failure) return error;
  // The terminal is in raw mode while a question stands, so Ctrl-C comes as this error and not as a signal.
  if (error instanceof Error && error.name === "ExitPromptError") {
    return new Failure("interrupted", "Interrupted. Nothing was changed.", { category: "interrupted" });
  }
  if (error instanceof ZodError) {
    return new Failure("usage", `${error.issues.map(optionProblem).join("; ")}.`, {
      category: "usage",
      hint: helpHint(command),
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new Failure("internal_error", `Something unforeseen went wrong: ${redact(message)}`, {
    hint: "Run it again with --verbose to see where, and please report it.",
    cause: error,
  });
}

/** What the parser of command lines found wrong. */
export function misusedCommand(message: string, command: string | undefined): Failure {
  const said = message.replace(/^error: /, "").replace(/\n.*/s, (rest) => rest.replace("\n", " "));
  // A message of several words, most likely, where there is an argument at all.
  const quotes = /^too many arguments.* Expected [1-9]/.test(said)
    ? "Words that belong together stand in quotes. "
    : "";
  return new Failure("usage", capitalised(said), { category: "usage", hint: quotes + helpHint(command) });
}

function helpHint(command: string | undefined): string {
  return `See migrate-remote ${command === undefined ? "" : `${command} `}--help.`;
}

/** The option as it is typed, and words that go on with it. */
function optionProblem(issue: z.core.$ZodIssue): string {
  const option = issue.path.join(".").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `--${option} ${objection(issue)}`;
}

/** An option's own words begin small; a schema that has none is told by what it asks for. */
function objection(issue: z.core.$ZodIssue): string {
  if (/^[a-z]/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case "too_small":
      if (issue.origin === "string" && issue.minimum === 1) return "must not be empty";
      return `must be at least ${issue.minimum}`;
    case "too_big":
      return `must be at most ${issue.maximum}`;
    case "invalid_type":
      return `must be ${issue.expected === "int" ? "a whole number" : `a ${issue.expected}`}`;
    case "invalid_value":
      return `must be one of ${issue.values.map(String).join(", ")}`;
    default:
      return `cannot be used: ${issue.message}`;
  }
}

function capitalised(text: string): string {
  const sentence = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.?)]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** The chain of causes with their stacks, secrets masked. */
export function causeChain(error: unknown, depth = 0): string[] {
  if (depth > 5 || !(error instanceof Error)) return [];
  return [redact(error.stack ?? `${error.name}: ${error.message}`), ...causeChain(error.cause, depth + 1)];
}
