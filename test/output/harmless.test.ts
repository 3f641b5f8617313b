import fc from "fast-check";
import { expect, test } from "vitest";
import { harmless, harmlessJson } from "../../src/output/harmless.js";
import { jsonText } from "../../src/output/present.js";
import { commandsIn } from "../support/workflow-commands.js";

const pieces = fc.constantFrom(
  ..."::|error|::|add-mask|##[|#|[|]|group|stop-commands|set-output name=a|\n|\r|\t| |:|\u200b|\ufeff|\u00ad|\u2060|\u001b[31m|\u0085|12:55:00|x".split(
    "|",
  ),
  ":",
);
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join("")),
  fc.constantFrom(
    "::error::x",
    "  ::stop-commands::token",
    "a ##[add-mask]b",
    ":\u200b:error::x",
    "#\u00ad#[group]x",
  ),
);

test("whatever a log line says, the runner obeys none of it", () => {
  fc.assert(
    fc.property(hostile, (text) => void expect(commandsIn(harmless(text))).toEqual([])),
    {
      numRuns: 2_000,
    },
  );
});

test("the attempts are commands, as long as nobody keeps them from it", () => {
  for (const line of ["::error::x", "\t ::add-mask::a", "see ##[error]boo", ":\u200b:error::x"])
    expect(commandsIn(line), line).toHaveLength(1);
});

test("other servers' commands are none either", () => {
  expect(harmless("##vso[task.setvariable variable=a]b")).toBe("\\x23#vso[task.setvariable variable=a]b");
  expect(harmless("##teamcity[message text='a']")).toBe("\\x23#teamcity[message text='a']");
});

test("what is no command stays as it is", () => {
  const lines = [
    "12:55:00  ::error::in the middle",
    "std::string, a::b, arn:aws:s3:::bucket",
    "# Heading, ## Heading [link]",
    "time 10:45:12, {a: b}",
  ];
  for (const line of lines) expect(harmless(line)).toBe(line);
});

test("JSON means the same and is never obeyed", () => {
  fc.assert(
    fc.property(fc.dictionary(hostile, fc.oneof(hostile, fc.array(hostile))), (value) => {
      const text = jsonText(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(commandsIn(harmless(text))).toEqual([]);
      // The guard of the stream has nothing left to do: it would break it.
      expect(harmless(text)).toBe(text);
    }),
    { numRuns: 1_000 },
  );
  expect(harmlessJson('"##[x]"')).toBe('"\\u0023#[x]"');
});
