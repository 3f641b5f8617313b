import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));

interface Import {
  from: string;
  /** A path below src, or a package's name. */
  to: string;
  typeOnly: boolean;
  /** Loaded only when the line is reached. */
  lazy: boolean;
}

/** Every import of the sources, dynamic ones included. */
function imports(): Import[] {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  return files.flatMap((file) => {
    const text = readFileSync(join(root, "src", file), "utf8");
    const found = text.matchAll(
      /^(import|export)(\s+type)?\s[^;]*?from "([^"]+)"|import\("([^"]+)"\)|^import "([^"]+)"/gm,
    );
    return [...found].map((match) => {
      const specifier = match[3] ?? match[4] ?? match[5] ?? "";
      const to = specifier.startsWith(".")
        ? relative(join(root, "src"), resolve(root, "src", dirname(file), specifier))
        : specifier;
      return { from: file, to, typeOnly: match[2] !== undefined, lazy: match[4] !== undefined };
    });
  });
}

const room = (path: string) => path.split("/")[0] ?? "";
const all = imports();

/** What each room may use at run time, besides itself. Arrows point one way. */
const allowed: Record<string, string[]> = {
  "main.ts": ["cli", "compiled"],
  // What Node compiled of the built program, kept for the next start.
  compiled: [],
  cli: ["commands", "workflow", "config", "contract", "output", "remote", "local", "project"],
  commands: ["workflow", "config", "contract", "cli", "project", "scaffold"],
  // The repository that the user works in: recognised, its migrations read, its own tools run.
  project: ["contract"],
  // What `init` writes and prints: from facts to text, pure. The words of facts are the project's.
  scaffold: ["contract", "project"],
  workflow: ["remote", "contract"],
  remote: ["contract"],
  config: ["contract"],
  contract: [],
  output: [],
  handler: ["contract"],
  local: ["contract"],
};

test("there is something to look at", () => {
  expect(all.length).toBeGreaterThan(100);
  expect(new Set(all.map(({ from }) => room(from)))).toEqual(new Set(Object.keys(allowed)));
});

test("imports point one way", () => {
  const rooms = new Set(Object.keys(allowed));
  const wrong = all.filter(({ from, to, typeOnly }) => {
    if (to.startsWith("..")) return true;
    if (!rooms.has(room(to)) || room(from) === room(to) || typeOnly) return false;
    return !allowed[room(from)]?.includes(room(to));
  });
  expect(wrong).toEqual([]);
});

test("types cross only where data does", () => {
  const typeRooms: Record<string, string[]> = {
    output: ["workflow", "contract", "project", "scaffold"],
    workflow: ["config", "project", "scaffold"],
    scaffold: ["config", "project", "workflow"],
    project: ["config"],
    remote: ["config"],
  };
  const wrong = all.filter(({ from, to, typeOnly }) => {
    if (!typeOnly || !(room(to) in allowed) || room(from) === room(to)) return false;
    return !allowed[room(from)]?.includes(room(to)) && !typeRooms[room(from)]?.includes(room(to));
  });
  expect(wrong).toEqual([]);
});

test.each<[string, RegExp, string[]]>([
  ["the AWS SDK", /^@(aws-sdk|smithy)\//, ["remote", "handler"]],
  ["chalk and ora", /^(chalk|ora)$/, ["output"]],
  ["commander", /^commander$/, ["cli", "main.ts"]],
  ["pg", /^pg$/, ["handler", "local"]],
  ["the zip library", /^fflate$/, ["project"]],
  ["the local endpoint", /^local\//, ["cli", "local"]],
])("only its own room imports %s", (_, pattern, rooms) => {
  const users = new Set(all.filter(({ to }) => pattern.test(to)).map(({ from }) => room(from)));
  expect([...users].filter((user) => !rooms.includes(user))).toEqual([]);
  expect(users.size).toBeGreaterThan(0);
});

test("the far side loads the AWS SDK only where the function's environment asks for it", () => {
  const users = all.filter(({ from, to }) => room(from) === "handler" && to.startsWith("@aws-sdk/"));
  expect(users.filter(({ lazy }) => !lazy)).toEqual([]);
  expect(users.length).toBeGreaterThan(0);
});

test("contract imports zod and nothing else from outside", () => {
  const outside = all
    .filter(({ from, to }) => room(from) === "contract" && room(to) !== "contract")
    .map(({ to }) => to);
  expect(new Set(outside)).toEqual(new Set(["zod", "node:crypto"]));
});

test("the endpoint on loopback is reached from one file", () => {
  const users = all
    .filter(({ from, to }) => room(to) === "local" && room(from) !== "local")
    .map(({ from }) => from);
  expect(new Set(users)).toEqual(new Set(["cli/local-stage.ts"]));
});

test("what writes is sent from one place, and that one asks for a permit", () => {
  const sources = readdirSync(join(root, "src/workflow"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({ file, text: readFileSync(join(root, "src/workflow", file), "utf8") }));
  const having = (pattern: RegExp) =>
    sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file);
  expect(having(/farSide\.invoke\(/)).toEqual(["invoke.ts"]);
  expect(having(/\bcode\.update\(/)).toEqual(["deploy/send-code.ts"]);
  expect(having(/\bcode\.(publish|pointAlias)\(/)).toEqual(["deploy/publish.ts"]);
  // A type's proof is worth what a cast leaves of it.
  expect(having(/\bas (unknown as )?(Permit|Consent|AvailableSnapshot|WayBack)\b/)).toEqual([]);
  expect(having(/\[permitted\]: true,/)).toEqual(["permit.ts"]);
});
