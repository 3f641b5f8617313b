import { oneLine, visible } from "./text.js";

/** What GitHub Actions shows on a run's page and, where it names a file of the repository, beside that line of a pull request. */
export interface Annotation {
  level: "error" | "warning" | "notice";
  /** Relative to the repository. */
  file?: string;
  /** From 1. */
  line?: number;
  title: string;
  /** May have several lines. */
  message: string;
}

/** GitHub cuts off what is longer. */
const longestTitle = 255;
const longestMessage = 4_000;

/** One line, a workflow command: foreign text in it ends neither its own place nor the line. */
export function annotation({ level, file, line, title, message }: Annotation): string {
  const properties = [
    ...(file === undefined ? [] : [`file=${escapedProperty(oneLine(file))}`]),
    ...(file === undefined || line === undefined ? [] : [`line=${line}`]),
    `title=${escapedProperty(cut(oneLine(title), longestTitle))}`,
  ];
  return `::${level} ${properties.join(",")}::${escapedData(cut(visible(message).trim(), longestMessage))}`;
}

/** Whatever is written until `groupEnd` is folded below this title. */
export function groupStart(title: string): string {
  return `::group::${escapedData(oneLine(title))}`;
}

export const groupEnd = "::endgroup::";

function escapedData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
