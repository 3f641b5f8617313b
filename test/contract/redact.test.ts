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
    ["password: hunter2"],
    ["spring.datasource.password: hunter2"],
    ["password:hunter2"],
    ["{ user: 'app', password: 'hun ter hunter2', port: 5432 }"],
    ["token: hunter2hunter2"],
    ["Token: Bearer hunter2hunter2"],
    ["psql --password hunter2 --host db"],
    ["--db-password 'a hunter2'"],
    ["password=a\\ hunter2"],
    ['password="a hunter2'.concat('"')],
    [JSON.stringify({ message: 'password="a hunter2" and more' })],
    [JSON.stringify({ message: "password: hunter2" })],
    [JSON.stringify({ message: 'password: "a hunter2"' })],
    ["-----BEGIN PRIVATE KEY-----\nMIIa\nhunter2\n-----END PRIVATE KEY-----"],
    ["-----BEGIN RSA PRIVATE KEY-----\rhunter2\r-----END RSA PRIVATE KEY-----"],
    ["-----BEGIN EC PRIVATE KEY-----\nhunter2\nand cut he"],
    [JSON.stringify({ pem: "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n" })],
  ])("hides the secret in %s", (text) => {
    expect(redact(text)).not.toContain("hunter2");
    expect(redact(text)).toContain("***");
  });

  test("leaves ordinary text alone", () => {
    const text =
      'relation "tokens" does not exist at line 3, revision 003_add_secret_santa; arn:aws:lambda:eu-west-1:1:function:x';
    expect(redact(text)).toBe(text);
  });

  test.each([
    "password: required",
    "token: invalid.",
    "secret: must not be empty",
    '{"message":"Enter password:","next":1}',
    '{"message":"Enter password: ","next":1}',
    "use --password to set it",
    "not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:eu-west-1:1:secret:prod/db",
    "connecting to token-service:8080 and secret:443",
    "Token::Kind",
    "-----BEGIN CERTIFICATE-----",
  ])("leaves %s alone", (text) => {
    expect(redact(text)).toBe(text);
  });

  test.each([
    ["Authorization: Basic dXNlcjpwdw==", "Authorization: Basic ***"],
    ["token: Bearer abcdefghij", "token: Bearer ***"],
    ["password=hun\\ ter2 next", "password=*** next"],
    ["password: hunter2, user: app", "password: ***, user: app"],
    [
      "a\n-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\nb",
      "a\n-----BEGIN PRIVATE KEY-----***-----END PRIVATE KEY-----\nb",
    ],
  ])("masks %j once, and no more than it must", (text, masked) => {
    expect(redact(text)).toBe(masked);
    expect(redact(masked)).toBe(masked);
  });

  test("in a text inside JSON, and the JSON stays whole", () => {
    const name = fc.constantFrom(
      "password: ",
      "token=",
      "--password ",
      "secret:",
      'password="',
      "password: '",
      "pwd = ",
    );
    const around = fc.constantFrom("", " ", "\n", "a b", "level up, ", "(see: x)");
    fc.assert(
      fc.property(around, name, around, (before, given, after) => {
        const quote = /["']$/.exec(given)?.[0] ?? "";
        const message = `${before} ${given}hunter2${quote} ${after}`;
        const masked = redact(JSON.stringify({ message, next: [message, 1] }));
        expect(masked).not.toContain("hunter2");
        expect(JSON.parse(masked)).toMatchObject({ next: [expect.stringContaining("***"), 1] });
      }),
    );
  });

  test("does not backtrack for ever on a hostile text", { timeout: 60_000 }, () => {
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
