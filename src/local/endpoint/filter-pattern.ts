import { AwsError } from "./errors.js";

/**
 * CloudWatch's filter pattern as far as it is words and "quoted phrases": all of them must occur, or, each with a question mark before it,
 * any of them. Anything else would match other events than in the account, so it is refused.
 */
export function parseFilterPattern(pattern: string): (message: string) => boolean {
  const required: string[] = [];
  const optional: string[] = [];
  let rest = pattern.trim();
  while (rest !== "") {
    const [whole, mark, quoted, plain] = /^(\??)(?:"((?:[^"\\]|\\.)*)"|(\w+))(?=\s|$)\s*/.exec(rest) ?? [];
    if (whole === undefined) throw refused(`it does not understand ${rest.slice(0, 60)}`);
    const term = quoted === undefined ? (plain ?? "") : quoted.replace(/\\(.)/g, "$1");
    (mark === "?" ? optional : required).push(term);
    rest = rest.slice(whole.length);
  }
  if (optional.length === 0) return (message) => required.every((term) => message.includes(term));
  if (required.length > 0) throw refused("it does not mix terms that must occur with ?optional ones");
  return (message) => optional.some((term) => message.includes(term));
}

function refused(what: string): AwsError {
  return new AwsError(
    "InvalidParameterException",
    `migrate-remote local filters by words and "quoted phrases" only, all of which must occur, or ?any of them; ${what}`,
  );
}
