import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { byKeys, ifThere } from "../../src/contract/if-there.js";
import { reportSchema } from "../../src/contract/report.js";

const inner = fc.dictionary(fc.constantFrom("a", "b", "d", "x", "__proto__"), fc.jsonValue({ maxDepth: 1 }));
const values = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      a: fc.oneof(fc.string(), fc.jsonValue()),
      b: fc.oneof(fc.integer(), fc.jsonValue()),
      c: fc.oneof(inner, fc.array(inner), fc.jsonValue()),
      x: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
);

const sampleSchema = () =>
  byKeys((keys) =>
    z.strictObject({
      a: z.string(),
      ...ifThere(keys, {
        b: () => z.int(),
        c: () => z.strictObject({ a: z.unknown(), ...ifThere(keys, { d: () => z.boolean() }) }),
      }),
    }),
  );

test("says what the whole schema says, whatever came before", () => {
  fc.assert(
    fc.property(fc.array(values, { maxLength: 5 }), (all) => {
      const schema = sampleSchema();
      for (const value of all) {
        const { success, data, error } = schema.safeParse(value);
        const whole = schema.whole().safeParse(value);
        expect({ success, data, issues: error?.issues }).toEqual({
          success: whole.success,
          data: whole.data,
          issues: whole.error?.issues,
        });
      }
    }),
    { numRuns: 1000 },
  );
});

test("a missing field that must be there is missed, though nothing has its key", () => {
  expect(sampleSchema().safeParse({}).error?.issues[0]?.path).toEqual(["a"]);
  expect(sampleSchema().safeParse({ e: 1, a: "" }).success).toBe(false);
  expect(reportSchema.safeParse({}).error?.issues.map(({ path }) => path[0])).toEqual([
    "operation",
    "success",
    "currentRevisions",
    "headRevisions",
    "migrations",
    "problems",
  ]);
});

test("a field that nothing has is not made, and one is made once", () => {
  let made = 0;
  const counted = () => {
    made += 1;
    return z.int();
  };
  const schema = byKeys((keys) => z.object(ifThere(keys, { b: counted })));
  schema.safeParse({ a: 1 });
  expect(made).toBe(0);
  schema.safeParse([{ b: 1 }]);
  const afterOne = made;
  expect(schema.safeParse({ b: 2 }).data).toEqual({ b: 2 });
  expect(schema.safeParse({}).data).toEqual({});
  expect(made).toBe(afterOne);
});
