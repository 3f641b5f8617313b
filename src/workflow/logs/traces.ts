import type { LogLine } from "../events.js";

/** What the lines of a stream go on from. */
interface Head {
  line: LogLine;
  /** The batch that it came in: what was handed on is not changed any more. */
  batch: number;
  characters: number;
  /** A Python traceback ends with a line that is not indented; after that a blank line may lead to another. */
  traceback: "open" | "ended" | undefined;
}

/** A longer text goes on as a line of its own, so that memory stays bounded. */
const mostCharacters = 256 * 1024;
const mostStreams = 1_000;

/** The beginnings of lines that belong to the one before though they are not indented. */
const goesOn = /^(?:Caused by: |[}\])]+[,;]?$)/;
const opensTraceback = /(?:^|[\n\t ])Traceback \(most recent call last\):$/;
const leadsToAnother = /^(?:During handling of the above|The above exception was |Traceback \(most recent)/;

/**
 * Keeps together what was written as one text and arrives as a line each: stack traces, indented objects. Lines of other streams that came
 * in between follow after it. Takes batches, because a batch is handed on when it ends; what goes on from an earlier one is marked so.
 */
export function joinTraces(): (lines: readonly LogLine[]) => LogLine[] {
  const heads = new Map<string, Head>();
  let batch = 0;

  function begin(line: LogLine, traceback: Head["traceback"]): void {
    heads.set(line.stream, { line, batch, characters: line.message.length, traceback });
    const [oldest] = heads.size > mostStreams ? heads.keys() : [];
    if (oldest !== undefined) heads.delete(oldest);
  }

  function take(line: LogLine, joined: LogLine[]): void {
    const head = heads.get(line.stream);
    if (head !== undefined && isContinuation(line, head)) {
      const fits = head.batch === batch && head.characters + line.message.length < mostCharacters;
      if (fits) {
        head.line.message += `\n${line.message}`;
        head.characters += line.message.length;
        return;
      }
      line.level = head.line.level;
      line.continued = true;
      joined.push(line);
      goOnFrom(head, line);
      return;
    }
    joined.push(line);
    if (line.late) return;
    const traceback =
      line.message.endsWith(":") && opensTraceback.test(line.message) ? ("open" as const) : undefined;
    if (head === undefined) begin(line, traceback);
    else {
      goOnFrom(head, line);
      head.traceback = traceback;
    }
  }

  function goOnFrom(head: Head, line: LogLine): void {
    head.line = line;
    head.batch = batch;
    head.characters = line.message.length;
  }

  return (lines) => {
    batch += 1;
    const joined: LogLine[] = [];
    for (const line of lines) take(line, joined);
    return joined;
  };
}

function isContinuation(line: LogLine, head: Head): boolean {
  if (line.platform !== undefined || line.requestId !== undefined || line.fields !== undefined || line.late)
    return false;
  if (head.line.platform !== undefined) return false;
  const { message } = line;
  if (message.startsWith(" ") || message.startsWith("\t")) return message.trim() !== "";
  if (head.traceback === "open") {
    if (message !== "" && !leadsToAnother.test(message)) head.traceback = "ended";
    return true;
  }
  if (head.traceback === "ended" && message === "") return true;
  if (head.traceback === "ended" && leadsToAnother.test(message)) {
    head.traceback = "open";
    return true;
  }
  return goesOn.test(message);
}
