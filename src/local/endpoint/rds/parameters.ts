import * as z from "zod";
import { accountId, region } from "../../functions.js";
import { AwsError } from "../errors.js";
import { pageOf } from "../parameters.js";

/** @throws AwsError, in RDS's words as far as it has any; a parameter that is not known here is never passed over */
export function parseRds<T extends z.ZodType>(schema: T, parameters: unknown): z.output<T> {
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = issue?.path.map(String).join(".") ?? "";
  if (issue?.code === "unrecognized_keys") {
    const keys = issue.keys.map((key) => (name === "" ? key : `${name}.${key}`)).join(", ");
    throw invalid(`migrate-remote local does not take the parameter ${keys} in this call.`);
  }
  const missing = issue?.code === "invalid_type" && valueAt(parameters, issue.path) === undefined;
  if (missing) throw new AwsError("MissingParameter", `The request must contain the parameter ${name}.`);
  throw invalid(`The parameter ${name} ${issue?.message ?? "is invalid"}.`);
}

export function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}

function valueAt(value: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

// A form has texts only.
export const bool = z
  .enum(["true", "false"], { error: "is neither true nor false" })
  .transform((text) => text === "true");
export const int = z
  .string()
  .regex(/^\d{1,9}$/, "is not a number")
  .transform(Number);
const decimal = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,6})?$/, "is not a number")
  .transform(Number);
export const list = <T extends z.ZodType>(item: T) =>
  z.union([z.literal("").transform((): z.output<T>[] => []), z.array(item)], { error: "is not a list" });

/** What is made gets a name by RDS's rules, in lower case. */
export const identifier = (most: number) =>
  z
    .string()
    .max(most, `is longer than ${most} characters`)
    .regex(
      /^[A-Za-z](-?[A-Za-z0-9])*$/,
      "is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens",
    )
    .transform((text) => text.toLowerCase());

/** What is there already is meant by name or by ARN, in any case. */
export const reference = z
  .string()
  .min(1, "is empty")
  .transform((text) => text.replace(/^arn:aws:rds:[^:]*:[^:]*:[a-z-]+:/, "").toLowerCase());

const tagText = (least: number, most: number) =>
  z
    .string()
    .min(least, "is empty")
    .max(most, `is longer than ${most} characters`)
    .regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u, "has a character that no tag may have");

export const tags = list(
  z
    .strictObject({
      Key: tagText(1, 128).refine((key) => !/^(aws|rds):/.test(key), {
        error: "has a prefix that is AWS's own",
      }),
      Value: tagText(0, 256).default(""),
    })
    .transform(({ Key, Value }) => ({ key: Key, value: Value })),
)
  .refine((all) => all.length <= 50, { error: "has more than 50 tags" })
  .refine((all) => new Set(all.map(({ key }) => key)).size === all.length, { error: "has a key twice" });

export const capacity = z.strictObject({ MinCapacity: decimal, MaxCapacity: decimal });

/** How every listing may be narrowed and cut in pages. */
export const listing = {
  Filters: list(z.strictObject({ Name: z.string(), Values: list(z.string()) })).default([]),
  MaxRecords: int
    .refine((count) => count >= 20 && count <= 100, { error: "must be from 20 to 100" })
    .default(100),
  Marker: z.string().optional(),
};

interface Listing {
  Filters: { Name: string; Values: string[] }[];
  MaxRecords: number;
  Marker?: string | undefined;
}

/** @param filters by name, what of an item a filter's values (in lower case) are compared with */
export function select<T>(items: T[], wanted: Listing, filters: Record<string, (item: T) => string[]>) {
  let left = items;
  for (const { Name, Values } of wanted.Filters) {
    const of = Object.hasOwn(filters, Name) ? filters[Name] : undefined;
    if (!of) throw invalid(`Unrecognized filter name: ${Name}`);
    const values = new Set(Values.map((value) => value.toLowerCase()));
    left = left.filter((item) => of(item).some((value) => values.has(value.toLowerCase())));
  }
  try {
    const { items: page, nextToken } = pageOf(left, wanted.MaxRecords, wanted.Marker || undefined);
    return { items: page, Marker: nextToken };
  } catch (error) {
    throw error instanceof AwsError ? invalid("The request included an invalid marker.") : error;
  }
}

export function arnOf(type: "db" | "snapshot" | "cluster" | "cluster-snapshot", name: string): string {
  return `arn:aws:rds:${region}:${accountId}:${type}:${name}`;
}
