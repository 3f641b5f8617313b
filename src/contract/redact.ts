/**
 * Removes what looks like a secret from text that a person will see or that is kept: passwords in URLs and in key=value
 * connection strings, credentials in JSON, AWS keys, bearer and JWT tokens.
 *
 * It works on shapes, so it is a second line of defence: code that holds a secret does not put it into a message.
 */
export function redact(text: string): string {
  if (!telltale.test(text) && !shortTelltale.test(text)) return text;
  let result = text;
  for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement);
  return result;
}

const mask = "***";

const secretWord =
  "(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key(?!_?id)|private[_-]?key|credential|dbconnstr)";

// A secret's name as people write it: DB_PASSWORD, pgpassword, secretAccessKey, api-key, x-amz-security-token.
const secretName = String.raw`[\w-]*${secretWord}[\w-]*`;

// A value in quotes, also in those of a text inside JSON, or up to the next blank that no backslash makes part of it. What ends a JSON
// string opens no value.
const value = String.raw`(?:'(?:\\.|[^'\\])*'|"(?![,}\]:])(?:\\.|[^"\\])*"|\\"(?:(?!\\")[^"])*\\"|(?:\\+[^"'\\]|[^\s,;&'"\\])+)`;

// Behind a colon or a flag there may be prose: `password: required`, `use --password to …`.
const prose = String.raw`(?!(?:a|an|and|are|at|authentication|be|by|can|cannot|could|empty|expired|failed|false|for|found|from|has|if|in|incorrect|invalid|is|may|missing|must|never|nil|no|none|not|null|number|of|on|or|please|required|should|string|the|to|too|true|undefined|unexpected|unknown|unset|was|were|will|with|wrong)[.,;:!?)}\]]*(?:\\?["']|\s|$))`;

// What each pattern below needs at least. Nearly no log line has any of it, and a range of logs is half a million lines: the shortest word of
// a pattern is as far as V8 can leap through a line, so the very short ones stand apart.
const telltale =
  /passw|secret|token|api[_-]?key|bearer|basic|credential|dbconnstr|signature|access[_-]?key|private[_ -]?key|a[ks]ia/i;
const shortTelltale = /pwd|eyj|:\/\//i;

const patterns: readonly (readonly [RegExp, string])[] = [
  // A key as a block, its line breaks as they are or escaped; one that was cut is a key up to where it was cut.
  [
    /(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)[^"']*?(?:(-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)|(?=["'])|$)/g,
    `$1${mask}$2`,
  ],
  // Before the names: what is encoded may look like one.
  [/\b(Bearer|Basic)\s+[\w+/.=~-]{8,}/gi, `$1 ${mask}`],
  // scheme://user:password@host, also where the password holds an unescaped '@' or '/'.
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@"'`]{0,256}):[^\s"'`]{1,1024}@(?=[^\s@]*)/gi, `$1:${mask}@`],
  [
    new RegExp(String.raw`(\\?["']${secretName}\\?["']\s*:\s*\\?)(["'])(?:\\.|(?!\2)[^\\])*(\\?\2)?`, "gi"),
    `$1$2${mask}$2`,
  ],
  // password=x, password: x
  [
    new RegExp(
      String.raw`(?<![\w-])(${secretName})(\s*=\s*|\s*:[^\S\n]+(?!arn:|(?:Bearer|Basic) \*)${prose})${value}`,
      "gi",
    ),
    `$1$2${mask}`,
  ],
  // password:x; secret:x of an ARN is a name, and token-service:8080 a port.
  [
    new RegExp(String.raw`(?<![\w:/-])([\w-]*${secretWord}:)(?![\s:/"'\\]|\d{1,5}(?!\w))${value}`, "gi"),
    `$1${mask}`,
  ],
  [new RegExp(String.raw`(?<![\w-])(--?${secretName}\s+)(?!-)${prose}${value}`, "gi"), `$1${mask}`],
  // CREATE ROLE … PASSWORD '…', ALTER USER … ENCRYPTED PASSWORD E'…'
  [/\b(PASSWORD\s+)(?:E?'(?:''|[^'])*'|\$\$[\s\S]*?\$\$)/gi, `$1'${mask}'`],
  [/([?&](?:[\w-]*(?:password|token|signature|credential|secret)[\w-]*)=)[^&\s"']+/gi, `$1${mask}`],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, mask],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, mask],
];

/** The start of a text for a person: redacted, control characters gone, cut with a note of what is missing. */
export function excerpt(text: string, most = 400): string {
  // Redact more than is shown, so that a cut cannot split a secret from the name that gives it away.
  const clean = redact(text.slice(0, most * 8)).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
  if (text.length <= most && clean.length <= most) return clean;
  return `${clean.slice(0, most)}… (${text.length} characters in all)`;
}

/** A failure's own words, line breaks and all, for a person: redacted and cut. */
export function message(text: string, most = 4000): string {
  return redact(text.slice(0, most * 8))
    .slice(0, most)
    .trim();
}
