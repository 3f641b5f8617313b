import type { Said } from "./answer.js";
import { isObject, parseJson } from "./json.js";
import { unfinishedStatus } from "./key-signs.js";

/** More layers than any framework makes of one answer. */
const mostLayers = 8;

/**
 * Takes an answer out of what frameworks wrap it in: API Gateway's `{statusCode, body}`, a bare `{body}`, bodies in base64, JSON inside a
 * text, once or several times over. What stood around it is kept, for it may speak of failure.
 */
export function unwrap(answer: unknown): Omit<Said, "kind"> | { wrong: string } {
  let value = answer;
  const statuses: number[] = [];
  const around: Record<string, unknown>[] = [];
  for (let layer = 0; layer < mostLayers; layer++) {
    const inner = innerJson(value);
    if (inner !== undefined) {
      value = inner;
      continue;
    }
    if (!isObject(value) || !isWrapping(value)) return { value, around, ...worst(statuses) };
    const { statusCode, body, isBase64Encoded, ...beside } = value;
    if (statusCode !== undefined) {
      const status = readStatus(statusCode);
      if (status === undefined) return { wrong: "its statusCode is not a number" };
      statuses.push(status);
    }
    around.push(beside);
    const decoded = isBase64Encoded === true && typeof body === "string" ? fromBase64(body) : body;
    if (decoded === undefined) return { wrong: "its body is not base64 of a text" };
    value = decoded;
  }
  return { wrong: `it is wrapped more than ${mostLayers} times` };
}

// What stands beside a body that is a wrapping even without a status.
const envelopeKeys = new Set([
  "body",
  "headers",
  "multiValueHeaders",
  "cookies",
  "isBase64Encoded",
  "statusDescription",
]);

function isWrapping(value: Record<string, unknown>): boolean {
  if (!Object.hasOwn(value, "body")) return false;
  return Object.hasOwn(value, "statusCode") || Object.keys(value).every((key) => envelopeKeys.has(key));
}

function readStatus(value: unknown): number | undefined {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === "number" && Number.isInteger(status) ? status : undefined;
}

function worst(statuses: number[]): { statusCode?: number } {
  const bad = statuses.find((status) => status < 200 || status > 299);
  const unfinished = statuses.find((status) => unfinishedStatus.includes(status));
  const statusCode = bad ?? unfinished ?? statuses[0];
  return statusCode === undefined ? {} : { statusCode };
}

/** JSON inside a text, a text such as `false` or `12` included. */
function innerJson(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*(?:["[{\d-]|(?:true|false|null)\s*$)/.test(value)) return undefined;
  const parsed = parseJson(value);
  return parsed.ok ? parsed.value : undefined;
}

function fromBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text.replace(/\s/g, ""))) return undefined;
  const decoded = Buffer.from(text, "base64").toString("utf8");
  return decoded.includes("\ufffd") ? undefined : decoded;
}
