import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { collectBody } from "../../src/remote/collect-body.js";

test("an answer is all of its pieces", async () => {
  const body = new PassThrough();
  const whole = collectBody(body);
  body.write("{}");
  body.end("\n");
  expect(Buffer.from(await whole).toString()).toBe("{}\n");
});

test.each([
  ["with an error", new Error("aborted")],
  ["without a word", undefined],
])("one that breaks off %s is an error, and nobody waits for its end", async (_, error) => {
  const body = new PassThrough();
  const whole = collectBody(body);
  body.write("{");
  body.destroy(error);
  await expect(whole).rejects.toThrow(error?.message ?? "Premature close");
});
