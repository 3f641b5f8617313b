import { isObject, parseJson } from "./json.js";
import { keyKind, looseKind } from "./key-signs.js";
import { message } from "./redact.js";
import { textSign } from "./text-signs.js";

/** What speaks against success. `failure`: unmistakably. `doubt`: it may mean failure, and nobody can tell. */
export interface Sign {
  kind: "failure" | "doubt";
  /** What was found: one sentence's worth, redacted and cut. */
  message: string;
}

/** What the keys of one object, and of nothing below it, say against success: the worst of it. */
export function topFailure(value: unknown): Sign | undefined {
  if (!isObject(value)) return undefined;
  return worstOf(Object.entries(value).flatMap(([key, item]) => keySign(key, item) ?? []));
}

/** What anything in a JSON value says against success, keys and texts at any depth: the worst of it. */
export function anyFailure(value: unknown): Sign | undefined {
  const signs: Sign[] = [];
  const left: Node[] = [{ item: value, depth: 0 }];
  for (let seen = 0, node = left.pop(); node !== undefined; node = left.pop(), seen++) {
    if (seen > mostNodes || node.depth > deepest) {
      signs.push({ kind: "doubt", message: "it is too large to be looked through" });
      break;
    }
    const found = nodeSigns(node);
    signs.push(...found);
    if (found.some(({ kind }) => kind === "failure")) break;
    left.push(...inside(node));
  }
  return worstOf(signs);
}

interface Node {
  key?: string;
  item: unknown;
  depth: number;
}

function nodeSigns({ key, item }: Node): Sign[] {
  const named =
    key === undefined ? undefined : (keySign(key, item) ?? keySign(key, item, looseKind(key, item)));
  return [named, textSign(item)].filter((sign) => sign !== undefined);
}

function inside({ item, depth }: Node): Node[] {
  const value =
    typeof item === "string" && /^\s*[[{]/.test(item) ? parseJson(item) : { ok: true, value: item };
  if (!value.ok || typeof value.value !== "object" || value.value === null) return [];
  const named = !Array.isArray(value.value);
  const entries = Object.entries(value.value).slice(0, mostNodes + 1);
  return entries.map(([key, inner]) => ({ ...(named ? { key } : {}), item: inner, depth: depth + 1 }));
}

// An answer may have six million characters; nobody's report of success is this large or this deep.
const mostNodes = 50_000;
const deepest = 12;

function keySign(key: string, value: unknown, kind = keyKind(key, value)): Sign | undefined {
  if (kind === undefined) return undefined;
  const said = typeof value === "string" ? value : (safeJson(value) ?? "");
  return { kind, message: message(isErrorKey(key) && said !== "true" ? said : `${key}: ${said}`) };
}

function isErrorKey(key: string): boolean {
  return /err|exception|trace|fail/i.test(key);
}

function worstOf(signs: Sign[]): Sign | undefined {
  return signs.find(({ kind }) => kind === "failure") ?? signs[0];
}

/** `JSON.stringify` recurses: what a million brackets would overflow is not shown. */
function safeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value).slice(0, 4000);
  } catch {
    return undefined;
  }
}
