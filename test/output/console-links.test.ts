import fc from "fast-check";
import { expect, test } from "vitest";
import { consoleLinks } from "../../src/output/console-links.js";

const name = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.string({ minLength: 1, unit: "binary" }),
  fc.constantFrom("/aws/lambda/shop", "2026/11/21/[$LATEST]0660fb", "a b%2F$252F", "x?y=z&q#f", "(a)'b'|<c>"),
);
const wellFormed = (text: string) => text.replace(/\p{Surrogate}/gu, "\ufffd");

/** As CloudWatch's console takes its path apart. */
const twiceDecoded = (text: string) => decodeURIComponent(decodeURIComponent(text.replaceAll("$", "%")));

test("the addresses are those that the console itself shows", () => {
  const links = consoleLinks({
    region: "eu-central-1",
    function: "shop-migrate-prod",
    logs: { group: "/aws/lambda/shop-migrate-prod", stream: "2026/11/21/[$LATEST]0660fb" },
    snapshotId: "migrate-remote-prod-1",
  });
  expect(links).toEqual({
    function:
      "https://eu-central-1.console.aws.amazon.com/lambda/home?region=eu-central-1#/functions/shop-migrate-prod",
    logs: "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fshop-migrate-prod/log-events/2026$252F11$252F21$252F$255B$2524LATEST$255D0660fb",
    snapshot:
      "https://eu-central-1.console.aws.amazon.com/rds/home?region=eu-central-1#db-snapshot:id=migrate-remote-prod-1",
  });
});

test("whatever things are called, the console reads their names back, and the address is one word", () => {
  fc.assert(
    fc.property(name, name, name, name, (functionName, group, stream, snapshotId) => {
      const links = consoleLinks({
        region: "us-west-2",
        function: functionName,
        logs: { group, stream },
        snapshotId,
      });
      const [, told = ""] = /#\/functions\/([^/]*)$/.exec(links.function ?? "") ?? [];
      expect(decodeURIComponent(told)).toBe(wellFormed(functionName));
      const [, toldGroup = "", toldStream = ""] =
        /#logsV2:log-groups\/log-group\/([^/]*)\/log-events\/([^/]*)$/.exec(links.logs ?? "") ?? [];
      expect([twiceDecoded(toldGroup), twiceDecoded(toldStream)]).toEqual([
        wellFormed(group),
        wellFormed(stream),
      ]);
      const [, toldSnapshot = ""] = /#db-snapshot:id=(.*)$/.exec(links.snapshot ?? "") ?? [];
      expect(decodeURIComponent(toldSnapshot)).toBe(wellFormed(snapshotId));
      for (const url of Object.values(links)) {
        expect(url).toMatch(/^https:\/\/us-west-2\.console\.aws\.amazon\.com\/[\w/?=&#:;.$%-]+$/);
        expect(new URL(url).href).toBe(url);
      }
    }),
  );
});

test.each([
  ["cn-northwest-1", "https://cn-northwest-1.console.amazonaws.cn/lambda/home?region=cn-northwest-1#"],
  ["us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com/lambda/home?region=us-gov-west-1#"],
  ["ap-southeast-2", "https://ap-southeast-2.console.aws.amazon.com/lambda/home?region=ap-southeast-2#"],
])("the console of %s", (region, beginning) => {
  expect(consoleLinks({ region, function: "f" }).function).toBe(`${beginning}/functions/f`);
});

test.each(["us-iso-east-1", "us-isob-east-1", "eusc-de-east-1", "local", "", "eu-west-1.evil.example/"])(
  "there is no link for %j",
  (region) => {
    expect(consoleLinks({ region, function: "f", snapshotId: "s", logs: { group: "g" } })).toEqual({});
  },
);
