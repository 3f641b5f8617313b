import { Failure } from "../failure.js";
import { excerpt } from "../redact.js";

/**
 * A placeholder in a text of a payload: `{stage}`; `{targetRevision|head}` says what stands for it where there is none;
 * `{targetRevision?}`, alone in its text, leaves its key out then. Braces around anything else are left alone.
 */
const pattern = /\{([A-Za-z][A-Za-z0-9]*)(\?|\|[^{}]*)?\}/g;

export interface Placeholder {
  name: string;
  /** Where the text stands in the payload. */
  path: (string | number)[];
  /** The text is this and nothing else. */
  alone: boolean;
  /** What was written behind the name. */
  otherwise: { kind: "none" } | { kind: "omit" } | { kind: "default"; text: string };
}

/** Undefined: there is none this time. */
export type PlaceholderValues = Readonly<Record<string, string | boolean | undefined>>;

export function placeholdersIn(payload: unknown, path: (string | number)[] = []): Placeholder[] {
  if (typeof payload === "string") {
    return Array.from(payload.matchAll(pattern), (match) => ({
      ...read(match),
      path,
      alone: match[0] === payload,
    }));
  }
  if (Array.isArray(payload)) return payload.flatMap((item, index) => placeholdersIn(item, [...path, index]));
  if (typeof payload !== "object" || payload === null) return [];
  return Object.entries(payload).flatMap(([key, item]) => placeholdersIn(item, [...path, key]));
}

/** The payload with its placeholders filled. Throws a Failure for a value that would change what surrounds it. */
export function fill(payload: unknown, values: PlaceholderValues): unknown {
  if (typeof payload === "string") return fillText(payload, values);
  if (Array.isArray(payload)) {
    return payload.map((item) => fill(item, values)).filter((item) => item !== undefined);
  }
  if (typeof payload !== "object" || payload === null) return payload;
  const entries = Object.entries(payload).map(([key, item]) => [key, fill(item, values)] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}

function fillText(text: string, values: PlaceholderValues): unknown {
  const [first] = placeholdersIn(text);
  if (first?.alone) return standsFor(first, values);
  return text.replace(pattern, (...match) => {
    const { name, otherwise } = read(match as unknown as RegExpMatchArray);
    const value = standsFor({ name, otherwise }, values);
    return value === values[name] ? embeddable(name, String(value)) : String(value ?? "");
  });
}

function standsFor(
  { name, otherwise }: Pick<Placeholder, "name" | "otherwise">,
  values: PlaceholderValues,
): string | boolean | undefined {
  const value = values[name];
  if (otherwise.kind === "omit" && value === false) return undefined;
  if (value === undefined && otherwise.kind === "default") return otherwise.text;
  return value;
}

function read([, name = "", mark]: RegExpMatchArray): Pick<Placeholder, "name" | "otherwise"> {
  if (mark === undefined) return { name, otherwise: { kind: "none" } };
  return mark === "?"
    ? { name, otherwise: { kind: "omit" } }
    : { name, otherwise: { kind: "default", text: mark.slice(1) } };
}

/** A text around a placeholder may be a command line: what goes into it has no blank, no quote, and is no option. */
function embeddable(name: string, value: string): string {
  const fit = value.replace(/^-|[^A-Za-z0-9_.+@:=/-]/g, "_");
  // A revision that was changed would be another one; who asked stays readable.
  if (fit === value || !/revision/i.test(name)) return fit;
  throw new Failure(
    "invalid_placeholder",
    `${excerpt(value, 100)} cannot stand for {${name}} inside a text of the payload. Nothing was sent.`,
    {
      category: "usage",
      hint: "Inside a text only letters, digits and _ . + @ : = / - are filled in, and no hyphen comes first.",
    },
  );
}
