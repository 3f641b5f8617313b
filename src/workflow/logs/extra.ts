import { isObject } from "../../contract/json.js";
import { errorKeys, stackKeys } from "./error-fields.js";

type Fields = Record<string, unknown>;

/** Characters of a value, and of all of them: a hint of what there is; `--json` has it whole. */
const mostOfValue = 60;
const mostInAll = 240;

/** What is shown in its own place, and what every line of a process repeats. */
const known = new Set<string>([
  ..."message msg level log_level levelname severity log.level time timestamp ts @timestamp asctime".split(
    " ",
  ),
  ..."request_id requestId AWSRequestId aws_request_id function_request_id run_id".split(" "),
  ..."errorType errorMessage pid hostname v _aws".split(" "),
  ...stackKeys,
  ...errorKeys.flatMap((key) => [`${key}.stack`, `${key}.stack_trace`, `${key}.message`, `${key}.type`]),
]);
const knownOfError = new Set<string>(["message", "type", "name", ...stackKeys]);
const clocks = ["time", "timestamp", "ts", "@timestamp", "asctime"] as const;

/** The fields that a line's message does not tell, as `key=value`; undefined where there are none. */
export function extraText(fields: Fields): string | undefined {
  if (isOurs(fields)) return undefined;
  let text = "";
  for (const [key, value] of pairs(fields)) {
    const pair = `${short(key)}=${shortValue(value)}`;
    if (text.length + pair.length >= mostInAll) return `${text} …`.trimStart();
    text += text === "" ? pair : ` ${pair}`;
  }
  return text === "" ? undefined : text;
}

/** The messages of our handlers tell their fields. They leave the time to CloudWatch. */
function isOurs(fields: Fields): boolean {
  const { event, request_id } = fields;
  return (
    typeof event === "string" && typeof request_id === "string" && !clocks.some((clock) => clock in fields)
  );
}

function pairs(fields: Fields): (readonly [string, unknown])[] {
  const found: (readonly [string, unknown])[] = [];
  for (const key in fields) {
    if (known.has(key)) continue;
    const value = fields[key];
    if (isError(key, value)) {
      for (const name in value) if (!knownOfError.has(name)) found.push([`${key}.${name}`, value[name]]);
    } else if (key === "log" && isObject(value)) {
      for (const name in value) if (name !== "level") found.push([`log.${name}`, value[name]]);
    } else if (!isStack(key, value)) found.push([key, value]);
  }
  return found;
}

function isError(key: string, value: unknown): value is Fields {
  return isObject(value) && errorKeys.some((name) => name === key);
}

function isStack(key: string, value: unknown): boolean {
  return key === "exception" && typeof value === "string" && value.includes("\n");
}

function shortValue(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return short(JSON.stringify(value));
  return value === "" || /[\s="]/.test(value.slice(0, mostOfValue))
    ? short(JSON.stringify(value))
    : short(value);
}

function short(text: string): string {
  return text.length <= mostOfValue ? text : `${text.slice(0, mostOfValue - 1)}…`;
}

/** A line as it is shown: its fields stand behind the first line of its message, before a stack. */
export function shownText({ message, extra }: { message: string; extra?: string }): string {
  if (extra === undefined) return message;
  const end = message.indexOf("\n");
  return end === -1 ? `${message} ${extra}` : `${message.slice(0, end)} ${extra}${message.slice(end)}`;
}
