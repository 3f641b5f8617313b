import { AwsError } from "./errors.js";

/** What a form says: text, a list, or members by name. */
export type FormValue = string | FormValue[] | { [name: string]: FormValue };

interface Node {
  text?: string;
  members: Map<string, Node>;
}

/** Deeper than any call of AWS. */
const deepest = 12;

/**
 * The query protocol's form as nested values: `Tags.Tag.1.Key=a` is `{Tags: [{Key: "a"}]}`, whatever the list's items are called in
 * between (`Tag`, `member`). A list of none is sent as an empty text.
 *
 * @throws AwsError `MalformedQueryString`: a name said twice, or both with a value and with members
 */
export function parseForm(body: string): Record<string, FormValue> {
  const root: Node = { members: new Map() };
  for (const [path, text] of new URLSearchParams(body)) {
    const names = path.split(".");
    if (names.length > deepest) throw malformed(path);
    let node = root;
    for (const name of names) {
      if (name === "" || node.text !== undefined) throw malformed(path);
      const next = node.members.get(name) ?? { members: new Map() };
      node.members.set(name, next);
      node = next;
    }
    if (node.text !== undefined || node.members.size > 0) throw malformed(path);
    node.text = text;
  }
  return membersOf(root);
}

function toValue(node: Node): FormValue {
  if (node.text !== undefined) return node.text;
  const [only] = node.members.size === 1 ? node.members.values() : [];
  return (only && itemsOf(only)) ?? itemsOf(node) ?? membersOf(node);
}

function membersOf(node: Node): Record<string, FormValue> {
  return Object.fromEntries([...node.members].map(([name, inner]) => [name, toValue(inner)]));
}

/** In the order of their numbers; undefined where it is not numbers that the members are called. */
function itemsOf({ members }: Node): FormValue[] | undefined {
  if (members.size === 0 || ![...members.keys()].every((name) => /^\d{1,9}$/.test(name))) return undefined;
  return [...members].sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => toValue(item));
}

function malformed(path: string): AwsError {
  return new AwsError("MalformedQueryString", `The parameter ${path.slice(0, 100)} cannot be understood.`);
}
