// What shows it puts it two columns in.
const widest = 76;

/** JSON as people write it: an object on one line with spaces where it fits, else an entry a line. */
export function json(value: unknown, before = 0): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, one]) => ({ key: `${JSON.stringify(key)}: `, one }));
  if (entries.length === 0) return "{}";
  const short = `{ ${entries.map(({ key, one }) => key + json(one)).join(", ")} }`;
  if (before + short.length <= widest && !short.includes("\n")) return short;
  const lines = entries.map(({ key, one }) => `${key}${json(one, key.length + 2)},`);
  return ["{", ...lines.flatMap((line) => line.split("\n").map((part) => `  ${part}`)), "}"].join("\n");
}
