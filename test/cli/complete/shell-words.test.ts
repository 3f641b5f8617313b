import fc from "fast-check";
import { expect, test } from "vitest";
import { insertion, type Quote, type ShellWord, shellWords } from "../../../src/cli/complete/shell-words.js";

test.each<[string, string[], Quote]>([
  ["migrate-remote ", ["migrate-remote", ""], ""],
  ["migrate-remote  status", ["migrate-remote", "status"], ""],
  ["m run --stage=pr", ["m", "run", "--stage=pr"], ""],
  ['m --plan "my fi', ["m", "--plan", "my fi"], '"'],
  ["m --plan 'my fi", ["m", "--plan", "my fi"], "'"],
  ["m my\\ fi", ["m", "my fi"], ""],
  ["m 'a'\"b\"c", ["m", "abc"], ""],
  ['m "a\\$b\\c', ["m", "a$b\\c"], '"'],
  ["m 'a\\", ["m", "a\\"], "'"],
  ["m '' x", ["m", "", "x"], ""],
  ["m a\\", ["m", "a"], ""],
  ["", [""], ""],
])("%j are the words %j", (line, words, quote) => {
  const read = shellWords(line);
  expect(read.map(({ text }) => text)).toEqual(words);
  expect(read.at(-1)?.quote).toBe(quote);
});

const typed = (line: string, replaced: string): ShellWord & { replaced: string } => ({
  ...(shellWords(line).at(-1) as ShellWord),
  replaced,
});

test.each<[string, string, string, string | undefined]>([
  ["m p", "p", "prod", "prod"],
  // bash breaks words at these, and replaces what is behind.
  ["m --stage=p", "p", "--stage=prod", "prod"],
  ["m a:b", "b", "a:bc", "bc"],
  ["m x@y", "@y", "x@yz", "@yz"],
  ["m my", "my", "my stage", "my\\ stage"],
  ['m "my', "my", 'my "st$ge"', 'my \\"st\\$ge\\"'],
  ["m 'my", "my", "my $tage", "my $tage"],
  ["m 'my", "my", "my 's", undefined],
  ['m "my', "my", "my !s", undefined],
  ["m ~", "~", "~a;b", "\\~a\\;b"],
])("in %j, where bash replaces %j, %j is typed as %j", (line, replaced, value, inserted) => {
  expect(insertion(value, typed(line, replaced))).toBe(inserted);
});

const printable = fc
  .string({ unit: "grapheme", minLength: 1 })
  .filter((text) => !/[\p{Cc}\s]/u.test(text[0] ?? ""));

test("what is inserted is read as the value again, whatever quote stands open", () => {
  fc.assert(
    fc.property(printable, fc.constantFrom<Quote>("", "'", '"'), (value, quote) => {
      const inserted = insertion(value, { text: "", quote, replaced: "" });
      fc.pre(inserted !== undefined);
      expect(shellWords(`m ${quote}${inserted}${quote}`).map(({ text }) => text)).toEqual(["m", value]);
    }),
  );
});

test("no line is too strange to be taken apart", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (line) => {
      expect(shellWords(line).length).toBeGreaterThan(0);
    }),
  );
});
