import type { LogStore } from "../logs/store.js";
import { createTail } from "./tail.js";

interface OutputSettings {
  logs: LogStore;
  group: string;
  stream: string;
  /** What the runtime ends its output with when an invocation is done. */
  mark: string;
  onComplete: () => void;
}

/** Where the lines of an environment go: its log stream, and the tail that a caller of Invoke may ask for. */
export function createOutput({ logs, group, stream, mark, onComplete }: OutputSettings) {
  const tail = createTail();
  let marks = 0;
  // A group exists from the first environment on, also when that never writes a line.
  logs.append(group, stream, []);

  const write = (lines: string[]): void => {
    if (lines.length === 0) return;
    const messages = lines.map((line) => `${line}\n`);
    tail.push(messages);
    logs.append(group, stream, messages);
  };
  return {
    write,
    /** Lines of the process. Text without a line end may stand before the mark. */
    receive(lines: string[]): void {
      write(
        lines
          .map((line) => line.replace(mark, ""))
          .filter((line, index) => line !== "" || lines[index] === ""),
      );
      const found = lines.filter((line) => line.endsWith(mark)).length;
      marks += found;
      if (found > 0) onComplete();
    },
    /** How often the runtime has said that it is done: once after its start, then once for each invocation. */
    marks: () => marks,
    takeTail: tail.takeAll,
  };
}
