/** What GitHub fills in. */
export function expression(text: string): string {
  return `\${{ ${text} }}`;
}

/** Any text as a YAML scalar, and as text: GitHub would evaluate an expression in it. */
export function quoted(text: string): string {
  return JSON.stringify(text.replaceAll("${{", "$ {{"));
}

/** Lines further in; empty ones stay empty. */
export function indented(text: string, spaces: number): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? line : " ".repeat(spaces) + line))
    .join("\n");
}

/** A comment of one or several lines. */
export function comment(text: string): string {
  return text
    .split("\n")
    .map((line) => `# ${line}`.trimEnd())
    .join("\n");
}
