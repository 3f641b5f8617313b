import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseFilterPattern } from "../../src/local/endpoint/filter-pattern.js";
import { withoutPasswords } from "../../src/local/errors.js";
import { functionArn, functionNameOf } from "../../src/local/functions.js";
import { createLineSplitter } from "../../src/local/lines.js";
import { claim, livingKeeper } from "../../src/local/ownership.js";
import { identify, thisHost } from "../../src/local/process-identity.js";
import { createTail } from "../../src/local/runtime/tail.js";

describe("a filter pattern", () => {
  it("made of quoted phrases matches exactly what contains them all", () => {
    const phrase = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(fc.array(phrase, { maxLength: 4 }), fc.string(), (phrases, message) => {
        const matches = parseFilterPattern(
          phrases.map((text) => `"${text.replace(/[\\"]/g, "\\$&")}"`).join(" "),
        );
        expect(matches(message)).toBe(phrases.every((text) => message.includes(text)));
        expect(matches(message + phrases.join(" "))).toBe(true);
      }),
    );
  });

  it("is understood or refused, whatever it is", () => {
    fc.assert(
      fc.property(fc.string(), (pattern) => {
        try {
          expect(parseFilterPattern(pattern)("")).toBeTypeOf("boolean");
        } catch (error) {
          expect(error).toMatchObject({ code: "InvalidParameterException" });
        }
      }),
    );
  });
});

it("cuts the same lines however the bytes arrive", () => {
  const text = fc.array(fc.string({ unit: "grapheme", maxLength: 30 }), { maxLength: 20 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 9 }), (lines, size) => {
      const bytes = Buffer.from(lines.map((line) => `${line.replaceAll("\n", "")}\n`).join(""));
      const splitter = createLineSplitter();
      const cut: string[] = [];
      for (let at = 0; at < bytes.length; at += size)
        cut.push(...splitter.write(bytes.subarray(at, at + size)));
      expect([...cut, ...splitter.end()]).toEqual(lines.map((line) => line.replaceAll("\n", "")));
    }),
  );
});

it("cuts a line that never ends", () => {
  const splitter = createLineSplitter(10);
  expect([
    ...splitter.write(Buffer.from("x".repeat(25))),
    ...splitter.write(Buffer.from("y\nz")),
    ...splitter.end(),
  ]).toEqual(["x".repeat(10), "x".repeat(10), "xxxxxy", "z"]);
});

it("keeps the end of a log", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 30 })), (messages) => {
      const tail = createTail(64);
      tail.push(messages);
      expect(tail.takeAll()).toEqual(Buffer.from(messages.join("")).subarray(-64));
      expect(tail.takeAll()).toHaveLength(0);
    }),
  );
});

it("knows a function's name in every form of reference", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
  fc.assert(
    fc.property(name, (function_) => {
      fc.pre(function_ !== "function");
      for (const reference of [function_, functionArn(function_), `123456789012:function:${function_}`]) {
        expect(functionNameOf(reference)).toBe(function_);
        expect(functionNameOf(`${reference}:prod`)).toBe(function_);
      }
    }),
  );
  expect(functionNameOf("no spaces")).toBeUndefined();
});

it("takes passwords out of connection strings", () => {
  expect(withoutPasswords("could not use postgresql://me:p4ss:w@rd@host:1/db?x")).toBe(
    "could not use postgresql://me:***@host:1/db?x",
  );
});

describe("the claim to a data directory", () => {
  const directory = (): string => {
    const made = mkdtempSync(join(tmpdir(), "migrate-remote-claim-"));
    onTestFinished(() => rmSync(made, { recursive: true }));
    return made;
  };
  const living = {
    ...(identify(process.pid) ?? { pid: 0, start: "" }),
    port: 1,
    token: "x".repeat(16),
    host: thisHost(),
  };
  const dead = { ...living, start: "another process with this pid" };

  it("goes to one alone, and to the next when that one has ended", () => {
    const here = directory();
    expect(claim(here, dead)).toBe(1);
    expect(livingKeeper(here)).toBeUndefined();
    expect(claim(here, living)).toBe(2);
    expect(claim(here, dead)).toBeUndefined();
    expect(livingKeeper(here)).toEqual(living);
    expect(readdirSync(here)).toEqual(["keeper-2.json"]);
  });

  it("is respected from another container as long as that one shows life", () => {
    const here = directory();
    const elsewhere = { ...dead, host: "another" };
    expect(claim(here, elsewhere)).toBe(1);
    expect(claim(here, living)).toBeUndefined();
    expect(livingKeeper(here)).toEqual(elsewhere);
    utimesSync(join(here, "keeper-1.json"), 0, 0);
    expect(livingKeeper(here)).toBeUndefined();
    expect(claim(here, living)).toBe(2);
  });

  it("passes over a file that is not a claim", () => {
    const here = directory();
    writeFileSync(join(here, "keeper-7.json"), '{"pid":');
    writeFileSync(join(here, ".claim-999999999-ab"), "");
    expect(livingKeeper(here)).toBeUndefined();
    expect(claim(here, living)).toBe(8);
    expect(readdirSync(here)).toEqual(["keeper-8.json"]);
  });
});
