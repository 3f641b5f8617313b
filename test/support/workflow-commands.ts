export interface WorkflowCommand {
  name: string;
  properties: Record<string, string>;
  data: string;
}

/** The commands that GitHub's runner knows. */
const known = new Set(
  "add-mask add-matcher add-path debug echo endgroup error group notice remove-matcher save-state set-env set-output stop-commands warning".split(
    " ",
  ),
);

/** What the runner skips, and what a comparison by culture passes over. */
const nothing = String.raw`[\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]*`;
const colons = new RegExp(`^[\\s\\p{Cc}]*${nothing}:${nothing}:`, "u");
const hashes = new RegExp(`#${nothing}#${nothing}\\[([^\\s\\]]*)[^\\]]*\\](.*)`, "su");

/** The command that the runner takes a line for, in either of its two notations; undefined for a line that is only shown. */
export function commandIn(line: string): WorkflowCommand | undefined {
  const start = colons.exec(line)?.[0].length;
  const end = start === undefined ? -1 : line.indexOf("::", start);
  if (start !== undefined && end >= 0) {
    const [name = "", ...rest] = line.slice(start, end).split(" ");
    if (known.has(name.toLowerCase()))
      return { name, properties: propertiesOf(rest.join(" ")), data: unescaped(line.slice(end + 2)) };
  }
  const [, name, data = ""] = hashes.exec(line) ?? [];
  return name !== undefined && known.has(name.toLowerCase()) ? { name, properties: {}, data } : undefined;
}

/** All that the runner would obey in what was printed. */
export function commandsIn(text: string): WorkflowCommand[] {
  return text.split(/\r\n|[\r\n]/).flatMap((line) => commandIn(line) ?? []);
}

function propertiesOf(text: string): Record<string, string> {
  const pairs = text.split(",").map((pair) => [pair.split("=")[0] ?? "", pair.split("=").slice(1).join("=")]);
  return Object.fromEntries(
    pairs
      .filter(([, value]) => value !== "")
      .map(([name, value = ""]) => [name, unescaped(value.replaceAll("%3A", ":").replaceAll("%2C", ","))]),
  );
}

function unescaped(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}
