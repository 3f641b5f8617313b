/** What the comparison in GitHub's runner passes over as if it were not there: it compares by culture. */
const nothing = String.raw`[\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]*`;
/** `::name …::` at the beginning of a line, behind blanks. */
const colons = new RegExp(
  String.raw`(?<=^[\s\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]*):(?=${nothing}:)`,
  "gmu",
);
/** `##[name]`, and the like of other servers (`##vso[`, `##teamcity[`), anywhere in a line. */
const hashes = new RegExp(String.raw`#(?=${nothing}#(?:${nothing}[a-z])*${nothing}\[)`, "giu");

/**
 * Text that a pipeline's server shows and does not obey: what would be a command there is shown as control characters are on a terminal.
 * A log line that says `::add-mask::a` would blacken every a of the job's log.
 */
export function harmless(text: string): string {
  const plain = text.includes(":") ? text.replace(colons, String.raw`\x3a`) : text;
  return plain.includes("#") ? plain.replace(hashes, String.raw`\x23`) : plain;
}

/** The same for JSON, which stays what it was for whoever parses it. Each of its lines begins with a quote or a bracket. */
export function harmlessJson(json: string): string {
  return json.includes("#") ? json.replace(hashes, String.raw`\u0023`) : json;
}
