import { expect, test } from "vitest";
import { makeProject } from "../support/project.js";
import type { SignalSource } from "../support/run-cli.js";

test("Ctrl-C in the middle of a run says that it goes on, exits 130, and it does go on to its end", async () => {
  const project = await makeProject({
    migrations: { "001_gate.sql": "SELECT pg_advisory_xact_lock(4711); CREATE TABLE done (id int);" },
  });
  try {
    const gate = await project.connect();
    await gate.query("SELECT pg_advisory_lock(4711)");
    const signals: SignalSource = { listeners: new Set() };
    const running = project.cli(["run", "--stage", "local"], { signals });
    await expect
      .poll(() => project.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"), {
        timeout: 60_000,
      })
      .toHaveLength(1);
    for (const listener of signals.listeners) listener("SIGINT");
    const end = await running;
    expect(end.exitCode).toBe(130);
    expect(end.stderr).toMatch(/remote run \d{8}T\d{6}Z-[0-9a-f]{8} goes on/);
    expect(end.stderr).toContain(`--stage local`);

    await gate.query("SELECT pg_advisory_unlock(4711)");
    await expect
      .poll(() => project.query("SELECT 1 FROM schema_migrations"), { timeout: 60_000 })
      .toHaveLength(1);
  } finally {
    await project.dispose();
  }
});

test("SIGTERM before anything was sent exits 143 and says so, as JSON too", async () => {
  const project = await makeProject({ migrations: { "001_a.sql": "SELECT 1;" } });
  try {
    const signals: SignalSource = { listeners: new Set() };
    const running = project.cli(["status", "--json"], { signals });
    await expect.poll(() => signals.listeners.size).toBe(1);
    for (const listener of signals.listeners) listener("SIGTERM");
    const end = await running;
    expect(end.exitCode).toBe(143);
    expect(end.json()).toMatchObject({ command: "status", error: { code: "interrupted" }, exitCode: 143 });
  } finally {
    await project.dispose();
  }
});

test("logs --follow prints lines as they come, until Ctrl-C", async () => {
  const project = await makeProject({ migrations: { "001_a.sql": "CREATE TABLE a (id int);" } });
  try {
    const signals: SignalSource = { listeners: new Set() };
    const seen: string[] = [];
    const following = project.cli(["logs", "--follow", "--since", "1m"], {
      signals,
      onStdout: (text) => seen.push(text),
    });
    await project.cli(["run"]);
    await expect.poll(() => seen.join(""), { timeout: 60_000 }).toContain("Running 1 pending migration");
    for (const listener of signals.listeners) listener("SIGINT");
    const end = await following;
    expect(end.exitCode).toBe(130);
    // Not the last thing that was waited for; in a pipeline once.
    expect(end.stderr.match(/Following \S+; Ctrl-C ends/g)).toHaveLength(1);
  } finally {
    await project.dispose();
  }
});
