import type { LogLine } from "../events.js";

interface Current {
  requestId: string;
  runId?: string;
  /** Its START line was seen: then only the next START begins another. */
  started: boolean;
}

/** Streams are never many at once; those that were silent for longest are forgotten. */
const mostStreams = 1_000;

/**
 * Gives plain lines the request id and the run id of the invocation that their stream is busy with: an execution environment serves one
 * at a time, from its START line to its REPORT line. Changes the line that it is given.
 */
export function attributeLines(): (line: LogLine) => LogLine {
  const busy = new Map<string, Current>();

  function begin(stream: string, current: Current): Current {
    busy.delete(stream);
    busy.set(stream, current);
    const [oldest] = busy.keys();
    if (busy.size > mostStreams && oldest !== undefined) busy.delete(oldest);
    return current;
  }

  return (line) => {
    // Between two invocations.
    if (line.platform === "init") return line;
    const { stream, requestId } = line;
    let current = busy.get(stream);
    if (requestId !== undefined && requestId !== current?.requestId) {
      // A late line of an invocation before is no beginning.
      if (line.platform === "start" || current?.started !== true) {
        if (line.platform === "report" || line.platform === "end") return line;
        current = begin(stream, { requestId, started: line.platform === "start" });
      } else return line;
    }
    if (current === undefined) return line;
    line.requestId = current.requestId;
    if (line.runId !== undefined) current.runId = line.runId;
    else if (current.runId !== undefined) line.runId = current.runId;
    if (line.platform === "report") busy.delete(stream);
    return line;
  };
}
