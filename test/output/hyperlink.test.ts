import { expect, test } from "vitest";
import { hyperlink, showsHyperlinks, withoutHyperlinks } from "../../src/output/hyperlink.js";
import { table, wrap } from "../../src/output/text.js";
import { columnsOf } from "../../src/output/width.js";

test.each<[string, boolean, Record<string, string>]>([
  ["nothing is known of it", false, { TERM: "xterm-256color" }],
  ["iTerm", true, { TERM_PROGRAM: "iTerm.app", TERM_PROGRAM_VERSION: "3.5.0" }],
  ["an old iTerm", false, { TERM_PROGRAM: "iTerm.app", TERM_PROGRAM_VERSION: "3.0.15" }],
  ["VS Code", true, { TERM_PROGRAM: "vscode", TERM_PROGRAM_VERSION: "1.96.2" }],
  ["Apple's Terminal", false, { TERM_PROGRAM: "Apple_Terminal", TERM_PROGRAM_VERSION: "455" }],
  ["GNOME's", true, { TERM: "xterm-256color", VTE_VERSION: "7600" }],
  ["GNOME's, the version that crashes", false, { VTE_VERSION: "5000" }],
  ["kitty", true, { TERM: "xterm-kitty" }],
  ["Windows Terminal", true, { WT_SESSION: "1" }],
  [
    "tmux 3.5 in a terminal that shows them",
    true,
    { TMUX: "x", TERM_PROGRAM: "tmux", TERM_PROGRAM_VERSION: "3.5a" },
  ],
  ["tmux 3.2", false, { TMUX: "x", TERM_PROGRAM: "tmux", TERM_PROGRAM_VERSION: "3.2a", VTE_VERSION: "7600" }],
  ["tmux that does not say which", false, { TMUX: "x", VTE_VERSION: "7600" }],
  ["screen", false, { STY: "1.pts", VTE_VERSION: "7600" }],
  ["a dumb terminal", false, { TERM: "dumb", VTE_VERSION: "7600" }],
  ["forced", true, { TERM: "dumb", FORCE_HYPERLINK: "1" }],
  ["forbidden", false, { TERM: "xterm-kitty", FORCE_HYPERLINK: "0" }],
])("%s: %s", (_, shows, env) => {
  expect(showsHyperlinks(env)).toBe(shows);
});

test("a link takes the columns of its words", () => {
  const link = hyperlink("words", `https://x.example/${"y".repeat(300)}`);
  expect(columnsOf(link)).toBe(5);
  expect(withoutHyperlinks(`a ${link} b`)).toBe("a words b");
  expect(columnsOf(`\u001b[2m${link}\u001b[22m\u001b]8;;https://z.example\u0007z\u001b]8;;\u0007`)).toBe(6);
  expect(
    table([
      [link, "x"],
      ["longer words", "x"],
    ]).map(withoutHyperlinks),
  ).toEqual(["words         x", "longer words  x"]);
  expect(wrap(`one two ${link} three`, 20)).not.toContain("\n");
});
