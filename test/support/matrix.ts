import type { Project } from "./project.js";
import type { ProjectKind } from "./project-kinds.js";

export type Driven = Pick<ProjectKind, "revisions" | "lostAt" | "history"> & { make: () => Promise<Project> };

type Try = (project: Project, kind: Driven) => Promise<string>;

/** The rows of the README's tables. In this order on one database, which is empty at first: each is asked for and looked after. */
const operations: Record<string, Try> = {
  "`run --dry-run`": (project, { revisions }) =>
    ask(project, ["run", "--dry-run"], ({ outcome, planned }) => {
      return outcome === "planned" && planned.length === revisions.length;
    }),
  "`run --target-revision`": (project, { lostAt, history }) =>
    ask(project, ["run", "--target-revision", lostAt], async ({ outcome }) => {
      return outcome === "applied" && isAt(await history.current(project), lostAt);
    }),
  "`run`": async (project, kind) => {
    let known = "";
    const cell = await ask(project, ["run"], async ({ outcome, evidence }) => {
      known = outcome === "succeeded" ? ", at its word" : (knownBy[evidence] ?? "");
      return /^(applied|succeeded)$/.test(outcome) && isAt(await kind.history.current(project), headOf(kind));
    });
    return cell + known;
  },
  "`status`": (project, kind) =>
    ask(project, ["status"], ({ currentRevisions }) => isAt(currentRevisions, headOf(kind))),
  "`runs`, `attach`": async (project) => {
    let latest = "";
    const cell = await ask(project, ["runs"], ({ runs }) => {
      latest = runs[0].runId;
      return runs[0].state === "succeeded";
    });
    if (cell === "no") return cell;
    return ask(
      project,
      ["attach", latest],
      ({ runId, outcome }) => runId === latest && outcome === "applied",
    );
  },
  "`run --fix-history`": async (_project, kind) => {
    await using project = disposed(await kind.make());
    const there = await ask(project, ["run", "--target-revision", kind.lostAt], () => true);
    if (there === "yes") await project.query(`DROP TABLE ${kind.history.table}`);
    // Awaited: the project is gone once this function has returned.
    return await ask(project, ["run", "--fix-history"], async () =>
      isAt(await kind.history.current(project), headOf(kind)),
    );
  },
  "`fix-history`": async (project, kind) => {
    await project.query(`DROP TABLE IF EXISTS ${kind.history.table}`);
    return ask(project, ["fix-history"], async () => isAt(await kind.history.current(project), headOf(kind)));
  },
  "`fix-history --revision`": (project, { lostAt, history }) =>
    ask(project, ["fix-history", "--revision", lostAt], async () =>
      isAt(await history.current(project), lostAt),
    ),
};

/** How the end of a run is known where its own report does not prove it. */
const knownBy: Record<string, string> = { status: ", verified by status", query: ", verified by query" };

/** A column: what was seen of each operation. What neither works nor is refused as impossible throws. */
export async function drive(kind: Driven): Promise<Record<string, string>> {
  await using project = disposed(await kind.make());
  const cells: Record<string, string> = {};
  for (const [operation, attempt] of Object.entries(operations))
    cells[operation] = await attempt(project, kind);
  return cells;
}

const disposed = (project: Project) => ({ ...project, [Symbol.asyncDispose]: project.dispose });

// biome-ignore lint/suspicious/noExplicitAny: a result of any command; what is not there fails the comparison
type Happened = (result: any) => boolean | Promise<boolean>;

async function ask(project: Project, argv: string[], happened: Happened): Promise<string> {
  const end = await project.cli([...argv, "--json"]);
  if (end.exitCode === 2 && end.stdout.includes("Nothing was sent.")) return "no";
  if (end.exitCode === 0 && (await happened(end.json()))) return "yes";
  throw new Error(
    `${argv.join(" ")} neither worked nor was refused: exit ${end.exitCode}\n${end.stdout}${end.stderr}`,
  );
}

const headOf = ({ revisions }: Driven) => revisions.at(-1) ?? "";
const isAt = (current: string[], revision: string) => current.length === 1 && current[0] === revision;
