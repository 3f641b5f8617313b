import * as z from "zod";
import { nearMiss, suggestion } from "../contract/near-miss.js";
import { excerpt } from "../contract/redact.js";
import type { ConfigProblem, ParsedText } from "./parse.js";
import { configSchema } from "./schema.js";

type Issue = z.core.$ZodIssue;

/** What zod found, in words for people. Values are told only where they are a mistyped choice, and redacted then. */
export function explainIssues(issues: readonly Issue[], parsed: ParsedText): ConfigProblem[] {
  return issues.flatMap((issue) => {
    const found = valueAt(parsed.value, issue.path);
    switch (issue.code) {
      case "unrecognized_keys":
        return issue.keys.map((key) =>
          parsed.problem([...issue.path, key], explainUnknownKey(key, issue.path, parsed.value), "key"),
        );
      case "invalid_union":
        // Of objects that a key tells apart, none has what stands there.
        if ("options" in issue && issue.errors.length === 0) {
          return parsed.problem(issue.path, explainChoice(issue.options ?? [], found));
        }
        return explainIssues(likeliestBranch(issue, found), parsed);
      case "invalid_key":
        return parsed.problem(issue.path, issue.issues[0]?.message ?? issue.message, "key");
      default:
        return parsed.problem(issue.path, explainValue(issue, found));
    }
  });
}

function explainUnknownKey(key: string, path: PropertyKey[], config: unknown): string {
  const schema = configSchema.whole();
  const known = keysAt(schema, path, config);
  const shown = excerpt(key, 60);
  const near = nearMiss(key, known);
  if (near !== undefined) return `unknown key \`${shown}\`: did you mean \`${near}\`?`;
  if (path.length === 0 && keysAt(schema, ["stages", "any"]).includes(key)) {
    return `\`${shown}\` belongs in a stage, not at the top`;
  }
  if (path[0] === "stages" && keysAt(schema, []).includes(key)) {
    return `\`${shown}\` belongs at the top, not in here`;
  }
  return `unknown key \`${shown}\` (known here: ${known.join(", ")})`;
}

function explainValue(issue: Issue, found: unknown): string {
  if (found === undefined) return "is missing";
  switch (issue.code) {
    case "invalid_value":
      return explainChoice(issue.values, found);
    case "invalid_type":
      // A schema's own message says more than the type's name; zod's begins like this.
      if (!issue.message.startsWith("Invalid input")) return issue.message;
      return `must be ${typeNames[issue.expected] ?? `of type ${issue.expected}`}, is ${typeOf(found)}`;
    case "too_small":
      return issue.origin === "string" ? issue.message : `must be at least ${issue.minimum}`;
    case "too_big":
      return issue.origin === "string" ? issue.message : `must be at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function explainChoice(values: readonly unknown[], found: unknown): string {
  if (found === undefined) return "is missing";
  const choices = values.map(String);
  const near = typeof found === "string" ? suggestion(found, choices) : "";
  return `must be ${oneOf(choices.map((choice) => JSON.stringify(choice)))}${near}`;
}

/** Of a union's branches, the issues of the one that the writer most likely had in mind. */
function likeliestBranch(issue: Issue & { code: "invalid_union" }, found: unknown): Issue[] {
  const branches = issue.errors.map((errors) =>
    errors.map((error): Issue => ({ ...error, path: [...issue.path, ...error.path] })),
  );
  const ofOtherKind = (error: Issue) =>
    error.path.length === issue.path.length &&
    (error.code === "invalid_type" || (error.code === "invalid_value" && typeof found === "object"));
  const candidates = branches.filter((errors) => !errors.some(ofOtherKind));
  const told = candidates.find((errors) => errors.some((error) => error.code === "custom"));
  const fewest = candidates.toSorted((a, b) => a.length - b.length)[0];
  return told ?? fewest ?? branches[0] ?? [];
}

/** The keys that an object of the schema may have at this path. `value`: what stands in the file, which tells variants apart. */
function keysAt(schema: z.core.$ZodType, path: PropertyKey[], value?: unknown): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return keysAt(schema.unwrap(), path, value);
  }
  if (schema instanceof z.ZodUnion) {
    return schema.options
      .filter((option) => isVariant(schema, option, value))
      .flatMap((option) => keysAt(option, path, value));
  }
  if (schema instanceof z.ZodRecord)
    return keysAt(schema.valueType, path.slice(1), valueAt(value, path.slice(0, 1)));
  if (!(schema instanceof z.ZodObject)) return [];
  const [key, ...rest] = path;
  if (key === undefined) return Object.keys(schema.shape);
  const next: z.core.$ZodType | undefined = Object.hasOwn(schema.shape, key)
    ? schema.shape[String(key)]
    : undefined;
  return next === undefined ? [] : keysAt(next, rest, valueAt(value, [key]));
}

function isVariant(union: z.ZodUnion, option: z.core.$ZodType, value: unknown): boolean {
  if (!(union instanceof z.ZodDiscriminatedUnion)) return true;
  const key = union.def.discriminator;
  return option._zod.propValues?.[key]?.has(valueAt(value, [key]) as string) === true;
}

export function valueAt(value: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

export function oneOf(words: string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

const typeNames: Record<string, string> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
};

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number" && !Number.isInteger(value)) return "a fraction";
  return typeNames[typeof value] ?? typeof value;
}
