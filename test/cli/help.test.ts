import { expect, test } from "vitest";
import { commandsBelow, programToRead } from "../../.config/commands.js";
import { exitCodes } from "../../src/cli/exit-code.js";
import { runCli } from "../support/run-cli.js";

const paths = commandsBelow(programToRead().program).map(([path]) => path);

test.each(paths)("the help of '%s' has examples, and fits into 80 columns", async (path) => {
  const argv = [...path.split(" ").filter(Boolean), "--help"];
  const { exitCode, stdout, stderr } = await runCli(argv, { cwd: process.cwd() });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/^Examples:\n( {2}# .*\n)? {2}\$ migrate-remote /m);
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test("the exit codes are told whole", async () => {
  const { stdout } = await runCli(["--help"], { cwd: process.cwd() });
  const [, table = ""] = stdout.split("Exit codes:\n");
  expect(table.replace(/\s+/g, " ").trim()).toBe(
    Object.entries(exitCodes)
      .map(([code, meaning]) => `${code} ${meaning}`)
      .join(" "),
  );
});
