import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { IamFacts } from "../../src/scaffold/iam/facts.js";
import { handlerParts } from "../../src/scaffold/iam/handler-parts.js";
import { kindsOfStages } from "./iam-facts.js";

const folder = fileURLToPath(new URL("../../src/handler/", import.meta.url));

/** What the function's code itself asks of AWS; the rest of its role is Lambda's own, for logs and network. */
const granted = handlerParts(kindsOfStages["an instance"] as IamFacts)
  .filter(({ statement }) => ["DatabaseSecret", "DatabaseParameter", "Notices"].includes(statement.Sid))
  .flatMap(({ statement }) => statement.Action)
  .sort();

test("the handlers in TypeScript call what their role's policy allows, and nothing else", () => {
  const calls = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const text = readFileSync(folder + file, "utf8");
      // One client a function: the import that stands before a command is its own.
      return [...text.matchAll(/new ([A-Z]\w+)Command\(/g)].map(({ 1: call, index }) => {
        const clients = [...text.slice(0, index).matchAll(/import\("@aws-sdk\/client-([a-z-]+)"\)/g)];
        return `${clients.at(-1)?.[1]?.replaceAll("-", "")}:${call}`;
      });
    });
  expect([...new Set(calls)].sort()).toEqual(granted);
});

test("and so does the one in Python", () => {
  const text = readFileSync(`${folder}python/migrate_remote_handler.py`, "utf8");
  const named = [...text.matchAll(/\bclient\.([a-z_]+)\(/g)].map(([, call = ""]) =>
    call.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
  const calls = [...new Set(named)].sort();
  expect(calls).toEqual(granted.map((action) => action.split(":")[1]).sort());
});
