/** Both put a time before the message. */
const ourTime = /^\d\d:\d\d:\d\d {2}/;
const theirTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d /;

/** The first line in which two outputs say something else, told; undefined where there is none. */
export function differenceOf(ours: string, theirs: string | undefined, events: number): string | undefined {
  const mine = messages(ours, ourTime);
  if (mine.length !== events) return `${mine.length} lines instead of ${events}`;
  if (theirs === undefined) return undefined;
  const other = messages(theirs, theirTime);
  if (other.length !== events) return `the peer printed ${other.length} lines instead of ${events}`;
  const at = mine.findIndex((message, index) => message !== other[index]);
  return at === -1 ? undefined : `line ${at + 1} is ${mine[at]}\nand of the peer ${other[at]}`;
}

/** Without the lines that tell the day. */
function messages(text: string, time: RegExp): string[] {
  return text
    .split("\n")
    .filter((line) => time.test(line))
    .map((line) => line.replace(time, ""));
}
