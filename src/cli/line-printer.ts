import { jsonLines, type LogPrinterOptions, logPrinter } from "../output/log-stream.js";
import type { Style } from "../output/style.js";
import type { PrintLines } from "../workflow/logs/read.js";
import type { Host } from "./host.js";
import type { GlobalOptions } from "./options.js";

/** What the command line says of how lines look. */
export type LogShape = Pick<LogPrinterOptions, "raw" | "mixed">;

/** Prints a log's lines on stdout, a batch with one write. `clear` takes the spinner away. */
export function linePrinter(
  host: Host,
  options: GlobalOptions,
  style: Style,
  clear: () => void,
): (shape: LogShape) => PrintLines {
  return (shape) => {
    const today = host.now().toISOString().slice(0, 10);
    const textOf = options.json ? jsonLines : logPrinter({ style, today, ...shape });
    return async (lines) => {
      clear();
      const text = textOf(lines);
      if (text !== "" && !host.stdout.write(text)) await roomIn(host.stdout);
      return text !== "";
    };
  };
}

/** A reader that is slower than CloudWatch is waited for; one that has left is noticed elsewhere. */
function roomIn(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of ["drain", "close", "error"]) stream.off(event, done);
      resolve();
    };
    for (const event of ["drain", "close", "error"]) stream.on(event, done);
  });
}
