import type {
  CommandResult,
  FixHistoryResult,
  MigrationView,
  RunResult,
  SnapshotResult,
  StatusAllResult,
  StatusResult,
} from "../../workflow/results.js";
import type { Ending } from "../ending.js";
import { resultLines } from "../present.js";
import { completeCommands, completeLines } from "../recommend.js";
import { fixHistoryVerdict, runVerdict, shownMigrations } from "../run.js";
import { snapshotVerdict } from "../snapshots.js";
import { statusAllVerdict, statusVerdict } from "../status.js";
import type { Style } from "../style.js";
import { time } from "../text.js";
import {
  databaseRow,
  endRows,
  factTable,
  logRows,
  type Row,
  restoreLines,
  targetRows,
  wayBackRow,
} from "./facts.js";
import { block, code, lines, link, type Markdown, table, text } from "./markdown.js";
import { migrationRows, sqlDetails } from "./migrations.js";
import { deploy, doctor, lint } from "./other-parts.js";
import type { SummaryParts } from "./summary.js";

/** A result as a job's page shows it. */
export function parts(result: CommandResult, ending: Ending, style: Style): SummaryParts {
  switch (result.command) {
    case "run":
      return run(result, ending, style);
    case "fix-history":
      return fixHistory(result, ending, style);
    case "status":
      return "stages" in result ? statusAll(result, ending, style) : status(result, ending, style);
    case "snapshot":
      return snapshot(result, ending, style);
    case "deploy":
      return deploy(result, ending, style);
    case "lint":
      return lint(result, ending, style);
    case "doctor":
      return doctor(result, ending, style);
    default:
      return asText(result, ending, style);
  }
}

/** The text as it is, its last line as the verdict. */
function asText(result: CommandResult, { given }: Ending, style: Style): SummaryParts {
  const shown = resultLines(result, style, {});
  const body = completeLines(shown.slice(0, -1).join("\n").trim(), given, style.columns);
  return { verdict: shown.at(-1) ?? "", body: ["", ...block(body)] };
}

function run(result: RunResult, ending: Ending, style: Style): SummaryParts {
  const { plan = [] } = ending;
  const shown = withReview(shownMigrations(result), plan);
  const { outcome, wayBack, planId } = result;
  return {
    verdict: runVerdict(result, style),
    body: [
      "",
      ...migrationRows(shown, style),
      ...problemList(result),
      "",
      ...factTable([
        ...writtenRows(result, ending),
        ["Plan", planId && code(planId)],
        ...endRows(ending, result),
      ]),
      ...restoreLines(wayBack),
    ],
    extra: outcome === "planned" ? sqlDetails(shown) : sqlDetails(plan),
  };
}

/** What was found in the plan, beside what became of it. */
function withReview(migrations: MigrationView[], plan: MigrationView[]): MigrationView[] {
  const planned = new Map(plan.map((migration) => [migration.revision, migration]));
  return migrations.map((migration) => {
    const { destructive, locks, notes } = planned.get(migration.revision) ?? {};
    return {
      ...(destructive === undefined ? {} : { destructive }),
      ...(locks === undefined ? {} : { locks }),
      ...(notes === undefined ? {} : { notes }),
      ...migration,
    };
  });
}

function fixHistory(result: FixHistoryResult, ending: Ending, style: Style): SummaryParts {
  const { migrations, wayBack } = result;
  const changed = migrations.filter(({ status }) => status === "recorded" || status === "removed");
  return {
    verdict: fixHistoryVerdict(result, style),
    body: [
      "",
      ...migrationRows(changed, style),
      "",
      ...factTable([...writtenRows(result, ending), ...endRows(ending, result)]),
      ...restoreLines(wayBack),
    ],
  };
}

/** Where it was written, and what stands behind it. */
function writtenRows(result: RunResult | FixHistoryResult, { links }: Ending): Row[] {
  const { runId, logs, wayBack } = result;
  return [
    ["Run", runId && code(runId)],
    ...logRows(logs, links),
    ...targetRows(result, links),
    databaseRow(result),
    wayBackRow(wayBack, links),
  ];
}

/** What is applied is counted: a job's page is about what is to be done. */
function status(result: StatusResult, ending: Ending, style: Style): SummaryParts {
  const waiting = result.migrations.filter(({ status: state }) => state !== "applied");
  return {
    verdict:
      result.error === undefined ? (statusVerdict(result, style)[0] ?? "") : "✗ It could not be asked.",
    body: [
      "",
      ...migrationRows(waiting, style),
      ...problemList(result),
      "",
      ...factTable([
        ["Applied", String(result.migrations.length - waiting.length)],
        ["Current", result.currentRevisions.map(code).join(", ")],
        ["Head", result.headRevisions.map(code).join(", ")],
        ...targetRows(result, ending.links),
        databaseRow(result),
        ...endRows(ending),
      ]),
    ],
  };
}

function statusAll(result: StatusAllResult, ending: Ending, style: Style): SummaryParts {
  const rows = result.stages.map((stage) =>
    "function" in stage && stage.error === undefined
      ? [
          text(stage.stage),
          text(stage.state?.replaceAll("_", " ") ?? "unknown"),
          stage.currentRevisions.map(code).join(", "),
          stage.state === undefined ? "?" : String(stage.pending.length),
          stage.headRevisions.map(code).join(", "),
        ]
      : [text(stage.stage), `✗ ${lines(stage.error?.message ?? "")}`, "", "", ""],
  );
  return {
    verdict: statusAllVerdict(result, style),
    body: [
      "",
      ...table(["Stage", "State", "Current", "Pending", "Head"], rows),
      "",
      ...factTable(endRows(ending)),
    ],
  };
}

function snapshot(result: SnapshotResult, ending: Ending, style: Style): SummaryParts {
  const verdict = snapshotVerdict(result, style);
  if (result.action !== "create" && result.action !== "wait")
    return { ...asText(result, ending, style), verdict };
  const { id, kind, database, createdAt, revision, runId } = result.snapshot;
  return {
    verdict,
    body: [
      "",
      ...factTable([
        ["Snapshot", link(code(id), ending.links.snapshot)],
        ["Of", `${kind} ${code(database)}`],
        ["Data of", createdAt && text(time(createdAt))],
        ["Revision", revision && code(revision)],
        ["Run", runId && code(runId)],
        ...endRows(ending, result),
      ]),
      "",
      "How to restore, into a new database:",
      "",
      ...block(
        completeCommands(`migrate-remote snapshot restore ${id} --stage ${result.stage}`, ending.given),
        "sh",
      ),
    ],
  };
}

function problemList({ problems }: Pick<RunResult, "problems">): Markdown[] {
  return problems.length === 0 ? [] : ["", ...problems.map(({ message }) => `- ! ${text(message)}`)];
}
