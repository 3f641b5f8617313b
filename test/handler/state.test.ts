import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Source } from "../../src/handler/engines/parts.js";
import { readInline } from "../../src/handler/engines/sql/source.js";
import { findRevision, makePlan, targetBehind } from "../../src/handler/plan.js";
import { Refusal } from "../../src/handler/refusal.js";
import { assess } from "../../src/handler/state.js";

const sourceOf = (numbers: number[]): Source =>
  readInline(
    Object.fromEntries(numbers.map((number) => [`${String(number).padStart(3, "0")}_m`, `SELECT ${number}`])),
  );
const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 12 });
const nameOf = (number: number) => `${String(number).padStart(3, "0")}_m`;

describe("the state of a database", () => {
  it("follows from source, history and tables alone", () => {
    fc.assert(
      fc.property(numbers, numbers, fc.boolean(), (inSource, inHistory, hasTables) => {
        const source = sourceOf(inSource);
        const rows = inHistory.map((number) => ({ revision: nameOf(number) }));
        const result = assess(source, { kind: "rows", rows }, hasTables);
        const missing = inHistory.filter((number) => !inSource.includes(number));
        const pending = inSource.filter((number) => !inHistory.includes(number)).sort((a, b) => a - b);
        const last = Math.max(0, ...inHistory);

        expect(result.pending.map(({ revision }) => revision)).toEqual(pending.map(nameOf));
        expect(result.current).toEqual(inHistory.length === 0 ? [] : [nameOf(last)]);
        expect(result.head).toEqual(inSource.length === 0 ? [] : [nameOf(Math.max(...inSource))]);
        expect(result.outOfOrder).toEqual(pending.filter((number) => number < last).map(nameOf));
        expect(result.state).toBe(
          missing.length > 0
            ? "inconsistent"
            : inHistory.length === 0
              ? hasTables
                ? "tables_without_migration_history"
                : "empty"
              : pending.length > 0
                ? "pending_migrations"
                : "up_to_date",
        );
        const codes = result.problems
          .filter(({ code }) => code === "missing")
          .map(({ revision }) => revision);
        expect(codes).toEqual(missing.sort((a, b) => a - b).map(nameOf));
      }),
    );
  });

  it("is told as edited only where both checksums are known and differ", () => {
    const source = sourceOf([1, 2, 3]);
    const checksum = source.migrations[1]?.checksum ?? "";
    const rows = [
      { revision: "001_m" },
      { revision: "002_m", checksum },
      { revision: "003_m", checksum: "other" },
    ];
    const { problems, state } = assess(source, { kind: "rows", rows }, true);
    expect(problems.map(({ code, revision }) => [code, revision])).toEqual([["edited", "003_m"]]);
    expect(state).toBe("up_to_date");
  });
});

describe("a plan", () => {
  it("is what is pending up to its target, and its id changes with any of it", () => {
    fc.assert(
      fc.property(numbers, fc.nat(), fc.nat(), (inSource, some, other) => {
        const source = sourceOf(inSource);
        const applied = source.migrations.slice(0, inSource.length === 0 ? 0 : some % inSource.length);
        const rows = applied.map(({ revision }) => ({ revision }));
        const assessment = assess(source, { kind: "rows", rows }, true);
        const target = source.migrations[inSource.length === 0 ? 0 : other % inSource.length]?.revision;
        const { plan } = makePlan("sql", assessment, source, target);
        const wanted = assessment.pending
          .map(({ revision }) => revision)
          .filter((name) => target === undefined || name <= target);
        expect(plan.revisions).toEqual(wanted);
        expect(makePlan("sql", assessment, source, target).plan.id).toBe(plan.id);
        expect(makePlan("other", assessment, source, target).plan.id).not.toBe(plan.id);
        const behind =
          target !== undefined && applied.length > 0 && target < (applied.at(-1)?.revision ?? "");
        expect(target !== undefined && targetBehind(assessment, source, target) !== undefined).toBe(behind);
      }),
    );
  });
});

describe("naming a revision", () => {
  const source = readInline({ "008_add_options": "", "009_add_orders": "", "0100_last": "" });

  it.each([
    ["008_add_options", "008_add_options"],
    ["8", "008_add_options"],
    ["008", "008_add_options"],
    ["100", "0100_last"],
    ["009_a", "009_add_orders"],
    ["010", "0100_last"],
    ["add_options", "008_add_options"],
    ["la", "0100_last"],
  ])("%s is %s", (wanted, revision) => expect(findRevision(source, wanted)).toBe(revision));

  it.each([
    ["00", "008_add_options, 009_add_orders"],
    ["add_", "008_add_options, 009_add_orders"],
    ["dd_options", "Near it are 008_add_options"],
    ["", "008_add_options, 009_add_orders, 0100_last"],
    ["zzz", "no revision"],
  ])("%s is refused", (wanted, told) => {
    const refused = findRevision(source, wanted);
    expect(refused).toBeInstanceOf(Refusal);
    expect((refused as Refusal).message).toContain(told);
  });
});
