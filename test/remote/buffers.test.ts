import { expect, test } from "vitest";
import { makeBuffers } from "../../src/remote/buffers.js";

test("a buffer given back is used again, by one at a time", () => {
  const buffers = makeBuffers();
  const first = buffers.take(100);
  const second = buffers.take(100);
  expect(second.buffer).not.toBe(first.buffer);
  const part = first.subarray(0, 10);
  buffers.giveBack(part);
  buffers.giveBack(part);
  const third = buffers.take(50);
  expect(third.buffer).toBe(first.buffer);
  expect(third).toHaveLength(100);
  expect(buffers.take(50).buffer).not.toBe(first.buffer);
});

test("one that is too small is not used", () => {
  const buffers = makeBuffers();
  buffers.giveBack(buffers.take(10));
  expect(buffers.take(11).length).toBeGreaterThanOrEqual(11);
});
