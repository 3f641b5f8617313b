import fc from "fast-check";
import { expect, test } from "vitest";
import { annotation, groupStart } from "../../src/output/github.js";
import { commandIn } from "../support/workflow-commands.js";

test("an annotation names its file and line", () => {
  const file = "migrations/003_drop.sql";
  expect(annotation({ level: "warning", file, line: 2, title: "drop-column", message: "drops a.b" })).toBe(
    "::warning file=migrations/003_drop.sql,line=2,title=drop-column::drops a.b",
  );
  expect(annotation({ level: "error", line: 7, title: "run", message: "failed\nNext: status" })).toBe(
    "::error title=run::failed%0ANext: status",
  );
});

test("foreign text stays in its place: the runner reads one command, with the properties that were meant", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc
      .array(fc.constantFrom("::", "\n", "\r", ",", "=", "%0A", "##[error]", "::stop-commands::x", " "), {
        maxLength: 8,
      })
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, text, text, (file, title, message) => {
      const line = annotation({ level: "error", file, line: 3, title, message });
      expect(line).not.toMatch(/[\r\n]/);
      const command = commandIn(line);
      expect(command?.name).toBe("error");
      const properties = Object.keys(command?.properties ?? {});
      expect(["file", "line", "title"]).toEqual(expect.arrayContaining(properties));
      expect(command?.properties.line).toBe("3");
    }),
  );
});

test("what is told comes out as it went in", () => {
  const message = "100 %: see a,b::c\nnext line ##[x]";
  const command = commandIn(annotation({ level: "notice", title: "a: b, c=%0A", message }));
  expect(command).toEqual({ name: "notice", properties: { title: "a: b, c=%0A" }, data: message });
});

test("a group's title is one line", () => {
  expect(commandIn(groupStart("Logs of run\n::error::x"))).toMatchObject({
    name: "group",
    data: "Logs of run ::error::x",
  });
});
