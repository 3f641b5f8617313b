import * as z from "zod";
import { AwsError } from "./errors.js";

export function parseParameters<T extends z.ZodType>(schema: T, parameters: unknown): z.output<T> {
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  throw new AwsError("InvalidParameterException", z.prettifyError(parsed.error));
}

/** Where a listing goes on; opaque to the caller. */
export function encodeToken(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

export function decodeToken<T extends z.ZodType>(schema: T, token: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(Buffer.from(token, "base64url").toString()));
  } catch {
    throw new AwsError("InvalidParameterException", "The specified nextToken is invalid.");
  }
}

/** One page of a list that is read again for each page. */
export function pageOf<T>(
  items: T[],
  limit: number,
  token: string | undefined,
): { items: T[]; nextToken?: string } {
  const begin = token === undefined ? 0 : decodeToken(z.int().nonnegative(), token);
  const end = begin + limit;
  return { items: items.slice(begin, end), ...(end < items.length && { nextToken: encodeToken(end) }) };
}
