import { expect, test } from "vitest";
import { databaseLine } from "../../src/output/status.js";
import { makeStyle } from "../../src/output/style.js";

const style = (columns: number) =>
  makeStyle({ verbose: false, color: false, isTerminal: true, columns, env: { NO_COLOR: "1" } });
const database = {
  host: "127.0.0.1",
  port: 54471,
  name: "own",
  serverVersion: "15.18 (Debian 15.18-0+deb12u1)",
};

test("the database's line fits the terminal, and goes on under its own beginning", () => {
  expect(databaseLine({ database, engine: "prisma" }, style(80))).toEqual([
    "  database own on 127.0.0.1:54471, PostgreSQL 15.18 (Debian",
    "           15.18-0+deb12u1), engine prisma",
  ]);
  expect(databaseLine({ database, engine: "prisma" }, style(120))).toHaveLength(1);
});
