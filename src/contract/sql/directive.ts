/** What a migration's author tells us in a comment: `-- migrate-remote: …`. */
export type Directive =
  /** The migration runs outside a transaction. Counts among the comments before the first statement only. */
  | { kind: "no-transaction" }
  /** `allow drop-column, truncate because the notes moved`: rules that may strike here. Lower case, as written otherwise. */
  | { kind: "allow"; rules: string[] }
  /** Addressed to us, and means nothing. */
  | { kind: "unknown"; text: string };

/** Reads one line comment, from its two dashes on. Undefined where it is not addressed to us. */
export function readDirective(comment: string): Directive | undefined {
  const text = /^\s*--\s*migrate-remote\s*:([\s\S]*)$/i.exec(comment)?.[1]?.trim();
  if (text === undefined) return undefined;
  if (text.toLowerCase() === "no-transaction") return { kind: "no-transaction" };
  const [verb, ...words] = text.toLowerCase().split(/\s+/);
  if (verb !== "allow") return { kind: "unknown", text };
  const reason = words.indexOf("because");
  const list = (reason < 0 ? words : words.slice(0, reason)).join(" ");
  const rules = list.split(",").map((name) => name.trim());
  return rules.some((name) => name === "") ? { kind: "unknown", text } : { kind: "allow", rules };
}
