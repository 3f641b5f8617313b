import { createCipheriv, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { resolveConnection } from "../../../src/handler/connection.js";
import { decodeCredentials, type Environment } from "../../../src/handler/environment/credentials.js";
import { fromEnvironment } from "../../../src/handler/environment/database.js";
import { Refusal } from "../../../src/handler/refusal.js";

interface Means {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  sslmode?: string;
}

interface Case {
  name: string;
  environment: Record<string, string>;
  means?: Means;
  names?: string;
}

const url = new URL("../../fixtures/wire/credentials.json", import.meta.url);
const cases: Case[] = JSON.parse(readFileSync(url, "utf8")).cases;
const asksAws = ({ environment }: Case) =>
  Object.keys(environment).some((name) => /^DATABASE_(SECRET|URL_P)/.test(name)) &&
  !Object.keys(environment).some((name) => ["DATABASE_URL", "DbConnStr"].includes(name));

/** What the handler connects to, and what it is asked to do about TLS. */
async function meant(option: Parameters<typeof resolveConnection>[0]): Promise<Means> {
  const { host, port, user, password, database } = await resolveConnection(option);
  return { host, port, user, password: await password(), database };
}

async function refusedBy(environment: Environment): Promise<Refusal> {
  const error: unknown = await resolveConnection(fromEnvironment(environment)).catch((thrown) => thrown);
  if (error instanceof Refusal) return error;
  throw new Error(`it was not refused: ${error}`);
}

beforeAll(() => {
  for (const name of ["PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGSSLMODE"])
    vi.stubEnv(name, "");
});
afterAll(() => vi.unstubAllEnvs());

describe("what the environment says of the database", () => {
  it.each(cases.filter((one) => !asksAws(one)).map((one) => [one.name, one] as const))(
    "%s",
    async (_, one) => {
      const { environment, means, names } = one;
      if (means !== undefined) {
        const { sslmode, ...where } = means;
        const found = await fromEnvironment(environment)();
        expect(await meant(found)).toEqual(where);
        expect(new URL(found).searchParams.get("sslmode") ?? undefined).toBe(sslmode);
        return;
      }
      const { error } = await refusedBy(environment);
      expect(error.code).toBe("configuration_error");
      expect(`${error.message} ${error.hint}`).toContain(names);
      expect(JSON.stringify(error)).not.toContain("hunter2");
    },
  );

  it("is asked at each invocation, so that a rotated password is met at once", async () => {
    const environment: Record<string, string> = { DATABASE_URL: "postgresql://a:old@h/d" };
    const database = fromEnvironment(environment);
    expect((await meant(database)).password).toBe("old");
    environment.DATABASE_URL = "postgresql://a:new@h/d";
    expect((await meant(database)).password).toBe("new");
  });
});

describe("SST's enciphered file", () => {
  const folder = mkdtempSync(join(tmpdir(), "links-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  function linked(links: unknown): { file: string; key: string } {
    const key = randomBytes(32);
    const cipher = createCipheriv("aes-256-gcm", key, Buffer.alloc(12));
    const text = Buffer.concat([cipher.update(JSON.stringify(links)), cipher.final(), cipher.getAuthTag()]);
    const file = join(folder, `${randomBytes(4).toString("hex")}.enc`);
    writeFileSync(file, text);
    return { file, key: key.toString("base64") };
  }

  it("holds the secret", async () => {
    const { file, key } = linked({ DbConnStr: { type: "sst.sst.Secret", value: "postgresql://a:b@h/d" } });
    const found = await fromEnvironment({ SST_KEY_FILE: file, SST_KEY: key })();
    expect(found).toBe("postgresql://a:b@h/d");
  });

  it("has none of it: the next source is asked", async () => {
    const { file, key } = linked({ Bucket: { name: "b" } });
    expect((await refusedBy({ SST_KEY_FILE: file, SST_KEY: key })).message).toContain("which database");
    expect((await refusedBy({ SST_KEY_FILE: join(folder, "none"), SST_KEY: key })).message).toContain(
      "which database",
    );
  });

  it("is of another key, or broken", async () => {
    const { file, key } = linked({ DbConnStr: { value: "postgresql://a:hunter2@h/d" } });
    const other = randomBytes(32).toString("base64");
    for (const SST_KEY of [other, "short"]) {
      const { message } = await refusedBy({ SST_KEY_FILE: file, SST_KEY });
      expect(message).toContain("SST_KEY_FILE");
      expect(message).not.toContain(SST_KEY);
    }
    writeFileSync(file, "x");
    expect((await refusedBy({ SST_KEY_FILE: file, SST_KEY: key })).message).toContain("deciphered");
  });
});

describe("a secret's text", () => {
  const source = "DATABASE_SECRET_ARN";
  const text = fc.string({ unit: "grapheme", minLength: 1 });

  it("in parts is the connection that it says, whatever stands in them", async () => {
    const names = fc.record({ username: text, password: text, dbname: text });
    await fc.assert(
      fc.asyncProperty(names, fc.integer({ min: 1, max: 65_535 }), async (parts, port) => {
        const secret = JSON.stringify({ ...parts, host: "h.example", port });
        expect(await meant(decodeCredentials({ text: secret, source }, {}))).toEqual({
          host: "h.example",
          port,
          user: parts.username,
          password: parts.password,
          database: parts.dbname,
        });
      }),
    );
  });

  it("that is anything else is refused without a word of it, or left to the URL's reader", async () => {
    const hostile = fc.oneof(
      fc.json().map((json) => `{"password":"hunter2","x":${json}}`),
      fc.string().map((noise) => `${noise}hunter2`),
      fc.constantFrom("{", "[]", '"hunter2', "null", '{"port":1.5,"password":"hunter2","host":"h"}'),
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (noise) => {
        try {
          await resolveConnection(decodeCredentials({ text: noise, source }, {}));
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
          expect(JSON.stringify((error as Refusal).error)).not.toContain("hunter2");
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("PGSSLMODE", () => {
  afterEach(() => vi.stubEnv("PGSSLMODE", ""));

  it("is what a URL without sslmode means", async () => {
    vi.stubEnv("PGSSLMODE", "disable");
    expect((await resolveConnection("postgresql://a:b@h/d")).tls).toEqual([false]);
    const asked = await resolveConnection("postgresql://a:b@h/d?sslmode=no-verify");
    expect(asked.tls).toEqual([{ rejectUnauthorized: false }]);
  });
});
