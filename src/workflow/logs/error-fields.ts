import { isObject } from "../../contract/json.js";

type Fields = Record<string, unknown>;

/** Where loggers put an error: pino, winston, ECS, Lambda Powertools, structlog and Python's own. */
export const errorKeys = ["err", "error", "exception"] as const;
export const stackKeys = ["stack", "stack_trace", "stackTrace", "stacktrace", "exc_info"] as const;

/** The error that a line of JSON tells beside its message: its headline, with its stack below it. */
export function errorText(fields: Fields): string | undefined {
  // Most lines have no error, and there are many.
  for (const key in fields) {
    if (names.has(key)) return lambdaError(fields) ?? stackOf(fields) ?? nestedError(fields);
  }
  return undefined;
}

const names = new Set<string>([
  "errorMessage",
  ...stackKeys,
  ...errorKeys.flatMap((key) => [key, `${key}.stack`, `${key}.stack_trace`]),
]);

/** What a message and the error beside it say together, nothing twice. */
export function withError(message: string | undefined, error: string): string {
  if (message === undefined) return error;
  const [headline = ""] = error.split("\n", 1);
  return headline.startsWith(message) || headline.endsWith(`: ${message}`) ? error : `${message}\n${error}`;
}

/** Lambda's JSON format. */
function lambdaError({ errorType, errorMessage, stackTrace }: Fields): string | undefined {
  if (typeof errorMessage !== "string") return undefined;
  const headline = typeof errorType === "string" ? `${errorType}: ${errorMessage}` : errorMessage;
  const rest = texts(stackTrace).filter((line) => line !== headline && line !== errorMessage);
  return [headline, ...rest].join("\n");
}

function stackOf(fields: Fields): string | undefined {
  for (const key of stackKeys) {
    const stack = texts(fields[key]).join("\n");
    if (stack !== "") return stack;
  }
  return undefined;
}

function nestedError(fields: Fields): string | undefined {
  for (const key of errorKeys) {
    const stack = fields[`${key}.stack`] ?? fields[`${key}.stack_trace`];
    if (typeof stack === "string" && stack !== "") return stack.trimEnd();
    const error = fields[key];
    if (key === "exception" && typeof error === "string" && error.includes("\n")) return error.trimEnd();
    if (!isObject(error)) continue;
    const { message, type, name } = error;
    const found = stackOf(error);
    if (found !== undefined) return found;
    const kind = typeof type === "string" ? type : name;
    if (typeof message === "string") return typeof kind === "string" ? `${kind}: ${message}` : message;
  }
  return undefined;
}

/** A stack in one piece, or a line each. */
function texts(value: unknown): string[] {
  const lines: unknown[] = Array.isArray(value) ? value : [value];
  return lines.filter((line) => typeof line === "string").map((line) => line.trimEnd());
}
