import fc from "fast-check";
import { expect, test } from "vitest";
import { parseLogPage, readLogPage } from "../../src/remote/log-page.js";

// What could be taken for the place between two events, or for a token.
const treacherous = fc.constantFrom(
  '},{"',
  '"}',
  "}]",
  '"nextToken":"x"',
  '"events":[',
  "\\",
  '"',
  "é🙁",
  "\u2028",
  "a",
);
const text = fc.array(treacherous, { maxLength: 12 }).map((parts) => parts.join(""));
const event = fc.record({
  logStreamName: text,
  timestamp: fc.nat(),
  message: text,
  ingestionTime: fc.nat(),
  eventId: fc.string({ minLength: 1 }),
});
const answer = fc
  .record(
    {
      events: fc.array(event, { maxLength: 30 }),
      nextToken: fc.oneof(fc.base64String({ minLength: 4 }), text),
      searchedLogStreams: fc.array(fc.record({ logStreamName: text, searchedCompletely: fc.boolean() }), {
        maxLength: 4,
      }),
    },
    { requiredKeys: [] },
  )
  .chain((object) => fc.shuffledSubarray(Object.entries(object), { minLength: Object.keys(object).length }))
  .map((entries) => Object.fromEntries(entries));

test("a page read a few events at a time says what JSON.parse says", () => {
  fc.assert(
    fc.property(answer, fc.nat(400), fc.constantFrom(undefined, 1), (object, batchBytes, indent) => {
      const body = Buffer.from(JSON.stringify(object, undefined, indent));
      const page = parseLogPage(body, batchBytes);
      const expected = readLogPage(object);
      const once = parseLogPage(body, batchBytes);
      expect([...(once?.batches?.() ?? [once?.events ?? []])].flat()).toEqual(expected.events);
      expect(page?.events).toEqual(expected.events);
      expect(page?.nextToken).toBe(expected.nextToken);
    }),
    { numRuns: 1_000 },
  );
});

test("a usual page comes in several batches", () => {
  const events = Array.from({ length: 100 }, (_, index) => ({
    eventId: `${index}`,
    message: "x".repeat(90),
  }));
  const page = parseLogPage(Buffer.from(JSON.stringify({ events, searchedLogStreams: [] })), 1_000);
  expect([...(page?.batches?.() ?? [])].length).toBeGreaterThan(5);
});

test("what is cut off, or no answer of CloudWatch, is told and not taken for an empty page", () => {
  expect(parseLogPage(Buffer.from("<html></html>"))).toBeUndefined();
  expect(parseLogPage(Buffer.from(""))).toBeUndefined();
  const broken = parseLogPage(Buffer.from('{"events":[{"message":"a"},{"mess]}'), 1);
  expect(() => broken?.events).toThrow(/does not speak the protocol/);
});

test("fields of another kind are empty, and a time is one that can be shown", () => {
  const page = readLogPage({ events: [{ message: 7, timestamp: 1e300, eventId: null }, null], nextToken: 3 });
  expect(page).toEqual({
    events: [
      { id: ":0:", stream: "", timestamp: 0, ingestionTime: 0, message: "" },
      { id: ":0:", stream: "", timestamp: 0, ingestionTime: 0, message: "" },
    ],
  });
});

test("the bytes of a page are given back when its events are made, and not looked at any more", () => {
  const body = Buffer.from('{"events":[{"eventId":"1","message":"a"}],"searchedLogStreams":[]}');
  const given: Buffer[] = [];
  const page = parseLogPage(body, 10, (bytes) => given.push(bytes));
  expect(given).toEqual([]);
  expect(page?.events).toHaveLength(1);
  expect(given).toEqual([body]);
  body.fill(0);
  expect(page?.events).toMatchObject([{ id: "1", message: "a" }]);
  const batched = parseLogPage(Buffer.from('{"events":[]}'));
  expect([...(batched?.batches?.() ?? [])].flat()).toEqual([]);
  expect(() => [...(batched?.batches?.() ?? [])]).toThrow("once");
});
