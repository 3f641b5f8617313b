import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeProject, type Project } from "../support/project.js";

// Far sides that say less than they might, made of a file that counts what they were asked.
const handlers = `
import { readFileSync, writeFileSync } from "node:fs";
const file = new URL("./state.json", import.meta.url);
const look = () => JSON.parse(readFileSync(file, "utf8"));
const keep = (state) => writeFileSync(file, JSON.stringify(state));

/** Document 001's, without a list of what is pending. */
export async function terse({ parameters, confirm }) {
  const state = look();
  if (!parameters.dry_run && confirm === true) keep({ ...state, applied: true, runs: state.runs + 1 });
  return { success: true, state: look().applied ? "up_to_date" : "pending_migrations" };
}

/** One of a template's: a status with a revision and a repair that says nothing of itself. */
export async function described({ cmd }) {
  const state = look();
  if (cmd === "repair") keep({ ...state, at: "b" });
  if (cmd === "repair-nothing" || cmd === "status") return { ok: true, at: look().at, state: "up_to_date" };
  return { ok: true };
}

/** One whose dry-run is read where there is nothing. */
export async function misread({ cmd }) {
  if (cmd === "migrate") keep({ ...look(), runs: look().runs + 1 });
  if (cmd === "plan") return { ok: true, plan: [] };
  return { ok: true, waiting: look().applied ? [] : ["a", "b"] };
}
`;

const fresh = { "state.json": '{"applied":false,"runs":0,"at":"a"}' };
const local = (name: string) => ({ local: { handler: `odd.${name}`, database: "embedded", timeout: 30 } });
const run = { send: { cmd: "migrate" }, read: { success: { at: "/ok", is: true } } };
const described = (repair: string, status: boolean) => ({
  preset: "template",
  name: "described",
  run,
  fixHistory: { send: { cmd: repair }, read: { success: { at: "/ok", is: true } } },
  ...(status
    ? {
        status: {
          send: { cmd: "status" },
          read: { success: { at: "/ok", is: true }, state: "/state", current: "/at" },
        },
      }
    : {}),
});

const listing = (cmd: string, pending: string) => ({
  send: { cmd },
  read: { success: { at: "/ok", is: true }, pending },
});
const misread = {
  preset: "template",
  name: "misread",
  run,
  status: listing("status", "/waiting"),
  dryRun: listing("plan", "/plan"),
};

let project: Project;
beforeAll(async () => {
  project = await makeProject({
    config: {
      contract: "admin-operation",
      stages: {
        dev: local("terse"),
        live: { ...local("terse"), protected: true },
        repaired: { ...local("described"), contract: described("repair", true) },
        needless: { ...local("described"), contract: described("repair-nothing", true) },
        misread: { ...local("misread"), contract: misread },
        blind: { ...local("described"), contract: described("repair", false) },
      },
    },
    files: { "odd.mjs": handlers, ...fresh },
  });
});
afterAll(() => project.dispose());

describe("a dry-run that says that something is pending, and not what", () => {
  test("is no plan: neither shown nor taken for nothing to do", async () => {
    await project.write(fresh);
    const end = await project.cli(["run", "--stage", "dev", "--dry-run", "--json"]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(2);
    expect(end.json()).toMatchObject({ outcome: "not_started", error: { code: "unsupported_operation" } });
  });

  test("on a protected stage --without-plan is asked for, before anything is snapshotted", async () => {
    await project.write(fresh);
    const refused = await project.cli(["run", "--stage", "live", "--confirm", "--json"]);
    expect(refused.exitCode, refused.stdout + refused.stderr).toBe(5);
    expect(refused.json().error).toMatchObject({ code: "plan_unknown" });
    const end = await project.cli(["run", "--stage", "live", "--confirm", "--without-plan", "--json"]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    // Status says that it is done now; what that was nobody said.
    expect(end.json()).toMatchObject({
      outcome: "succeeded",
      planKnown: false,
      appliedKnown: false,
      state: "up_to_date",
      wayBack: { kind: "snapshot" },
    });
  });

  test("elsewhere it is said, a snapshot is taken all the same, and it runs once", async () => {
    await project.write(fresh);
    const end = await project.cli(["run", "--stage", "dev", "--json"]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    expect(end.stderr).toContain("does not say which migrations are pending");
    expect(end.json()).toMatchObject({ planKnown: false, wayBack: { kind: "snapshot" } });
    const again = await project.cli(["run", "--stage", "dev", "--json"]);
    expect(again.json()).toMatchObject({ outcome: "nothing_to_do", planKnown: true });
  });
});

describe("a repair whose answer does not say what it did", () => {
  test.each([
    ["repaired", "repaired"],
    ["needless", "nothing_to_do"],
    ["blind", "succeeded"],
  ])("on %s: %s, by a look before and one after", async (stage, outcome) => {
    await project.write(fresh);
    const end = await project.cli(["fix-history", "--stage", stage, "--revision", "b", "--json"]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    expect(end.json()).toMatchObject({ outcome, recorded: [], removed: [] });
  });
});

describe("a dry-run that lists nothing", () => {
  test("is not believed where status says that something is pending", async () => {
    await project.write(fresh);
    const end = await project.cli(["run", "--stage", "misread", "--json"]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(1);
    expect(end.json()).toMatchObject({ outcome: "not_started", error: { code: "unexpected_answer" } });
    expect(end.json().error).toMatchObject({ message: expect.stringContaining("status says that a, b are") });
  });

  test("is, where status agrees; no revision is named that nobody told", async () => {
    await project.write({ "state.json": '{"applied":true,"runs":0,"at":"a"}' });
    const end = await project.cli(["run", "--stage", "misread"]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    expect(end.stdout).toContain("Up to date: nothing to do");
  });
});
