import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { excerpt, redact } from "../../src/contract/redact.js";

describe("redact", () => {
  test.each([
    ["postgresql://app:hunter2@db:5432/app?sslmode=require"],
    ["postgres://app:hun@hunter2@db/app"],
    ["CREATE ROLE r LOGIN PASSWORD 'hunter2';"],
    ["ALTER USER r WITH ENCRYPTED PASSWORD E'it''s hunter2' VALID UNTIL 'infinity'"],
    ["PGPASSWORD=hunter2 psql"],
    ["password = 'hunter2'"],
    ['{"password":"hunter2"}'],
    ['{"DbConnStr": "host=db password=hunter2"}'],
    ['{\\"password\\":\\"hunter2\\"}'],
    ["https://x/?X-Amz-Signature=hunter2&b=1"],
    ["Authorization: Bearer hunter2hunter2"],
    ["aws_secret_access_key=hunter2"],
    ['"secretAccessKey":"hunter2"'],
  ])("hides the secret in %s", (text) => {
    expect(redact(text)).not.toContain("hunter2");
    expect(redact(text)).toContain("***");
  });

  test("leaves ordinary text alone", () => {
    const text =
      'relation "tokens" does not exist at line 3, revision 003_add_secret_santa; arn:aws:lambda:eu-west-1:1:function:x';
    expect(redact(text)).toBe(text);
  });

  test("does not backtrack for ever on a hostile text", { timeout: 20_000 }, () => {
    const hostile = `${"a".repeat(50_000)}://${":".repeat(50_000)} ${"password".repeat(5_000)} "token":"${"\\".repeat(50_000)}`;
    expect(redact(hostile).length).toBeGreaterThan(50_000);
  });
});

test("an excerpt has no control characters, and a cut never lets a secret through", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 600 }), fc.nat(500), (filler, at) => {
      const text = `${filler.slice(0, at)} password=hunter2secret ${filler}`;
      const shown = excerpt(text);
      expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      expect(shown).not.toContain("hunter2");
    }),
  );
});
