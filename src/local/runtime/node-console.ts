import { format } from "node:util";

const levels = {
  debug: "DEBUG",
  info: "INFO",
  log: "INFO",
  warn: "WARN",
  error: "ERROR",
  trace: "TRACE",
} as const;

export type LogError = (title: string, details: unknown) => void;

/**
 * As Lambda's Node runtime does: time, request id and level before each message, and one line a message.
 *
 * @returns what the runtime itself logs errors with.
 */
export function prefixConsole(write: (text: string) => void, requestId: () => string | undefined): LogError {
  const log = (level: string, values: unknown[]): void => {
    const message = format(...values).replaceAll("\n", "\r");
    write(`${[new Date().toISOString(), requestId() ?? "undefined", level, message].join("\t")}\n`);
  };
  for (const [method, level] of Object.entries(levels)) {
    Object.assign(console, { [method]: (...values: unknown[]) => log(level, values) });
  }
  return (title, details) => log("ERROR", [`${title} \t${JSON.stringify(details)}`]);
}
