import fc from "fast-check";
import { expect, test } from "vitest";
import { choosePruned, type PruneRule } from "../../../src/workflow/snapshots/prune-rule.js";

const now = new Date("2026-11-20T12:00:00Z");
const days = 86_400_000;
const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();

interface Snapshot {
  id: number;
  status: string;
  createdAt?: string;
  keepUntil?: string;
}

const time = fc.option(
  fc.integer({ min: -60 * days, max: 90 * days }).map((ms) => ago(ms)),
  { nil: undefined },
);

const snapshots: fc.Arbitrary<Snapshot[]> = fc
  .array(
    fc.record({
      status: fc.constantFrom("available", "available", "failed", "creating", "deleting", "copying"),
      createdAt: time,
      keepUntil: fc.oneof(time, fc.constant("whenever")),
    }),
    { maxLength: 12 },
  )
  .map((all) =>
    all.map(({ status, createdAt, keepUntil }, id) => ({
      id,
      status,
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(keepUntil === undefined ? {} : { keepUntil }),
    })),
  );

const rules: fc.Arbitrary<PruneRule> = fc
  .record({
    keep: fc.option(fc.nat({ max: 6 }), { nil: undefined }),
    olderThanMs: fc.option(fc.nat({ max: 60 * days }), { nil: undefined }),
  })
  .map(({ keep, olderThanMs }) => ({
    ...(keep === undefined ? {} : { keep }),
    ...(olderThanMs === undefined ? {} : { olderThanMs }),
  }));

const created = ({ createdAt }: Snapshot) =>
  createdAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(createdAt);

test("whatever there is and whatever is said: what goes may go, and what must stay stays", () => {
  fc.assert(
    fc.property(snapshots, rules, (all, rule) => {
      const { go, stay } = choosePruned(all, rule, now);
      const ids = (some: Snapshot[]) => some.map(({ id }) => id);

      // Nothing is lost, nothing comes twice, nothing is made up.
      expect(ids([...go, ...stay]).sort((a, b) => a - b)).toEqual(ids(all));
      // What is in the making, or being deleted by somebody else, is left alone.
      for (const { status } of go) expect(["available", "failed"]).toContain(status);
      // The newest so many available ones stay; one always does unless none is to be kept.
      const available = all.filter(({ status }) => status === "available");
      const staying = stay.filter(({ status }) => status === "available");
      expect(staying.length).toBeGreaterThanOrEqual(Math.min(available.length, rule.keep ?? 1));
      for (const gone of go.filter(({ status }) => status === "available")) {
        const newer = staying.filter((one) => created(one) >= created(gone));
        expect(newer.length).toBeGreaterThanOrEqual(rule.keep ?? 1);
      }
      // What is said of age holds for each that goes, and one without a time is never old.
      for (const { createdAt = "never", keepUntil = "never" } of go) {
        if (rule.olderThanMs !== undefined)
          expect(Date.parse(createdAt)).toBeLessThan(now.getTime() - rule.olderThanMs);
        else if (rule.keep === undefined) expect(Date.parse(keepUntil)).toBeLessThan(now.getTime());
      }
    }),
    { numRuns: 2000 },
  );
});

test("whatever more is asked to stay, nothing more goes", () => {
  fc.assert(
    fc.property(snapshots, fc.nat({ max: 6 }), fc.nat({ max: 60 * days }), (all, keep, olderThanMs) => {
      const gone = (rule: PruneRule) => new Set(choosePruned(all, rule, now).go);
      const both = gone({ keep, olderThanMs });
      for (const snapshot of both) {
        expect(gone({ keep })).toContain(snapshot);
        if (keep > 0) expect(gone({ olderThanMs })).toContain(snapshot);
      }
      for (const snapshot of gone({ keep: keep + 1 })) expect(gone({ keep })).toContain(snapshot);
    }),
  );
});

const available = (id: number, ageDays: number, keepDays = 30): Snapshot => ({
  id,
  status: "available",
  createdAt: ago(ageDays * days),
  keepUntil: ago((ageDays - keepDays) * days),
});
const failed = (id: number, ageDays: number): Snapshot => ({ ...available(id, ageDays), status: "failed" });

test.each<[string, Snapshot[], PruneRule, number[]]>([
  [
    "bare: those past their keep-until",
    [available(1, 0), available(2, 29), available(3, 31), failed(4, 40)],
    {},
    [3, 4],
  ],
  ["the newest stays, however old", [available(1, 50), available(2, 60)], {}, [2]],
  [
    "--keep counts available ones only",
    [failed(1, 1), available(2, 2), available(3, 3)],
    { keep: 1 },
    [1, 3],
  ],
  ["--keep 0 takes all", [available(1, 0), available(2, 1)], { keep: 0 }, [1, 2]],
  [
    "--older-than replaces keep-until",
    [available(1, 1), available(2, 8, 90), available(3, 6)],
    { olderThanMs: 7 * days },
    [2],
  ],
  [
    "both must hold",
    [available(1, 10), available(2, 20), available(3, 1), failed(4, 2)],
    { keep: 1, olderThanMs: 15 * days },
    [2],
  ],
  ["nothing without a time", [available(1, 1), { id: 2, status: "failed" }], {}, []],
])("%s", (_, all, rule, gone) => {
  expect(choosePruned(all, rule, now).go.map(({ id }) => id)).toEqual(gone);
});
