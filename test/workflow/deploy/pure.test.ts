import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Target } from "../../../src/config/target.js";
import { missingHandlerFile } from "../../../src/workflow/deploy/handler-file.js";
import { hasRequiredHead, headWords } from "../../../src/workflow/deploy/heads.js";
import { howToDeploy } from "../../../src/workflow/deploy/how-to-deploy.js";
import { tooLarge } from "../../../src/workflow/deploy/package-facts.js";
import type { StageContext } from "../../../src/workflow/stage-context.js";

describe("the file of the handler", () => {
  test.each<[string, string, string[], string | undefined]>([
    ["nodejs22.x", "index.handler", ["index.mjs"], undefined],
    ["nodejs22.x", "lambda/index.handler", ["lambda/index.cjs"], undefined],
    ["nodejs22.x", "lambda/index.handler", ["index.js"], "lambda/index.js"],
    ["nodejs22.x", "index.nested.handler", ["index.js"], undefined],
    ["python3.13", "lambda_function.handler", ["lambda_function.py"], undefined],
    ["python3.13", "pkg.module.handler", ["pkg/module.py"], undefined],
    ["python3.13", "pkg/module.handler", ["pkg/module/__init__.py"], undefined],
    ["python3.13", "module.handler", ["module.pyc"], "module.py"],
    ["provided.al2023", "bootstrap", ["anything"], undefined],
  ])("%s %s in %j: missing is %j", (runtime, handler, paths, missing) => {
    expect(missingHandlerFile({ runtime, handler, hasLayers: false }, paths)).toBe(missing);
  });

  test("may be in a layer", () => {
    expect(
      missingHandlerFile({ runtime: "nodejs22.x", handler: "a.b", hasLayers: true }, []),
    ).toBeUndefined();
  });
});

describe("the head that is required", () => {
  const heads = fc.uniqueArray(fc.stringMatching(/^[0-9a-f]{4,12}$/), { minLength: 1, maxLength: 4 });

  test("from the repository: the same ones, in any order, and no others", () => {
    fc.assert(
      fc.property(heads, heads, (deployed, repository) => {
        const same = JSON.stringify([...deployed].sort()) === JSON.stringify([...repository].sort());
        expect(hasRequiredHead(deployed, { from: "repository", heads: repository })).toBe(same);
        expect(hasRequiredHead(deployed.toReversed(), { from: "repository", heads: deployed })).toBe(true);
      }),
    );
  });

  test("by name: one of them, abbreviated as Alembic allows", () => {
    const deployed = ["8ee2511e1966", "0b0fb355956f"];
    const inRepository = async () => undefined;
    const has = (revision: string) => hasRequiredHead(deployed, { from: "option", revision, inRepository });
    expect([has("8ee2"), has("0b0fb355956f"), has("ffff"), has("2511")]).toEqual([true, true, false, false]);
  });

  test("in words", () => {
    expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(headWords)).toEqual([
      "no migrations",
      "a",
      "a and b",
      "a, b and c",
    ]);
  });
});

test("how newer code gets to a stage: deploy where that can do it", () => {
  const said = (more: object) => howToDeploy({ stage: "dev", ...more } as Target);
  expect(said({ package: { directory: "lambda" } })).toBe("Deploy it: migrate-remote deploy --stage dev");
  expect(said({})).toMatch(/^Deploy it as you do\. Once `package` .* migrate-remote deploy --stage dev$/);
  expect(said({ local: { handler: "a.handler" } })).not.toContain("migrate-remote deploy");
});

test("a zip that is too large for one request comes with the way round by S3", () => {
  const target = { stage: "dev", functionName: "shop", region: "eu-west-1" };
  const context = { target } as unknown as StageContext;
  const packed = (bytes: number) => ({
    zip: new Uint8Array(bytes),
    codeSha256: "",
    files: [],
    bytes,
    leftOut: [],
  });
  expect(tooLarge(context, packed(52_428_800))).toBeUndefined();
  const refused = tooLarge(context, packed(52_428_801));
  expect(refused).toMatchObject({ code: "package_too_large", category: "usage" });
  expect(refused?.hint).toContain("migrate-remote deploy --stage dev --out package.zip");
  expect(refused?.hint).toContain("--s3-bucket BUCKET --s3-key package.zip --region eu-west-1");
});
