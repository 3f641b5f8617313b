import type { LogicalLine } from "../python/tokens.js";

/** A function at the outermost level: the line of its `def`, and the statements within it. */
export interface PythonFunction {
  line: number;
  body: LogicalLine[];
}

export function functionNamed(lines: LogicalLine[], name: string): PythonFunction | undefined {
  const at = lines.findLastIndex(({ indent, tokens }) => {
    const [first, second] = tokens[0]?.text === "async" ? tokens.slice(1) : tokens;
    return indent === 0 && first?.text === "def" && second?.text === name;
  });
  const definition = lines[at];
  if (definition === undefined) return undefined;
  const after = lines.slice(at + 1);
  const end = after.findIndex(({ indent }) => indent === 0);
  const within = end < 0 ? after : after.slice(0, end);
  return { line: definition.tokens[0]?.line ?? 1, body: [...besideDef(definition), ...within] };
}

/** `def downgrade(): pass` */
function besideDef({ tokens }: LogicalLine): LogicalLine[] {
  let depth = 0;
  for (const [index, { text, kind }] of tokens.entries()) {
    if (kind !== "operator") continue;
    if ("([{".includes(text)) depth += 1;
    if (")]}".includes(text)) depth -= 1;
    if (text !== ":" || depth > 0) continue;
    const rest = tokens.slice(index + 1);
    return rest.length === 0 ? [] : [{ indent: 1, tokens: rest }];
  }
  return [];
}

/** `nothing`: only `pass`, a comment string, `return`. `raises`: nothing but an exception. */
export function natureOf({ body }: PythonFunction): "nothing" | "raises" | "acts" {
  const acting = body.filter(({ tokens: [first, ...more] }) => {
    if (first?.kind === "string" && more.length === 0) return false;
    if (first?.text === "..." || (first?.text === "pass" && more.length === 0)) return false;
    return !(first?.text === "return" && (more.length === 0 || more[0]?.text === "None"));
  });
  if (acting.length === 0) return "nothing";
  return acting[0]?.tokens[0]?.text === "raise" ? "raises" : "acts";
}
