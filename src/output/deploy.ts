import type { DeployResult, HeadCheck } from "../workflow/results/deploy.js";
import { factLines } from "./facts.js";
import { packageFiles } from "./package-files.js";
import { problemLines } from "./problem.js";
import { bytes } from "./size.js";
import type { Style } from "./style.js";
import { blankAfter, duration, oneLine, plural, wrapped } from "./text.js";

export function deployText(result: DeployResult, style: Style): string[] {
  const { error } = result;
  return [
    `${style.strong(result.stage)}  ${style.dim(oneLine(result.function))}`,
    "",
    ...blankAfter(packageFiles(result.files ?? [], style)),
    ...factLines(deployFacts(result, style), style),
    "",
    ...blankAfter(error === undefined ? [] : problemLines(error, style)),
    wrapped(deployVerdict(result, style), style),
  ];
}

export function deployFacts(result: DeployResult, style: Style): [string, string | undefined][] {
  const { fileCount, codeSha256, codeSha256Before, version, alias, head, packageFile } = result;
  const isNew = codeSha256 !== codeSha256Before;
  return [
    ["package", `${plural(fileCount, "file")}, ${bytes(result.bytes)}, as a zip ${bytes(result.zipBytes)}`],
    ["left out", leftOut(result, style)],
    ["code", codeSha256],
    ["before", isNew ? codeSha256Before : undefined],
    ["version", version === undefined || alias === undefined ? version : `${version}, alias ${alias}`],
    ["head", headText(head)],
    ["file", packageFile],
  ];
}

const mostNamed = 4;

/** What holds secrets is always named: whoever misses it shall know why. */
function leftOut({ leftOut: all }: DeployResult, { verbose }: Style): string | undefined {
  if (all.length === 0) return undefined;
  const weight = { secret: 0, broken_link: 1, link_to_itself: 2, no_file: 2, excluded: 3, not_code: 4 };
  const sorted = [...all].sort((a, b) => weight[a.reason] - weight[b.reason]);
  const secrets = sorted.filter(({ reason }) => reason === "secret").length;
  const named = verbose ? sorted : sorted.slice(0, Math.max(mostNamed, secrets));
  const words = {
    secret: "a secret",
    broken_link: "leads nowhere",
    link_to_itself: "leads to itself",
    no_file: "no file",
  };
  const list = named.map(({ path, reason }) =>
    reason in words ? `${path} (${words[reason as keyof typeof words]})` : path,
  );
  const more = all.length - named.length;
  return `${list.join(", ")}${more === 0 ? "" : ` and ${more} more`}`;
}

function headText(head: HeadCheck | undefined): string | undefined {
  if (head === undefined) return undefined;
  const { verdict: said, deployed, repository, reason } = head;
  if (said === "unknown") return `not known: ${reason}`;
  const has = deployed.join(", ") || "no migrations";
  return said === "same"
    ? `${has}, as in the repository`
    : `${has}; in the repository ${repository.join(", ")}`;
}

export function deployVerdict(result: DeployResult, style: Style): string {
  const { outcome, stage, head, error, durationMs, packageFile } = result;
  const run = `migrate-remote run --stage ${stage}`;
  if (packageFile !== undefined)
    return `${style.good("✓")} ${style.strong("Packed")}; the zip is written, and nothing was sent.`;
  if (outcome === "planned") return planned(result, style);
  const has = outcome === "deployed" ? `Deployed to ${stage}` : `Nothing to deploy: ${stage} has this code`;
  const took = outcome === "deployed" ? ` in ${duration(durationMs)}` : "";
  if (head?.verdict === "stale")
    return `${style.bad("✗")} ${style.strong(has)}${took}, and its migrations are not the repository's.`;
  if (error !== undefined)
    return `${style.bad("✗")} ${style.strong(has)}${took}, and the code does not answer as it should.`;
  const known = head?.verdict === "same" ? "" : " Whether its migrations are the repository's is not known.";
  return `${style.good("✓")} ${style.strong(has)}${took}.${known} Apply what is pending: ${run}`;
}

function planned(
  { stage, codeSha256, codeSha256Before, protected: guarded }: DeployResult,
  style: Style,
): string {
  if (codeSha256 === codeSha256Before) return `${style.good("✓")} Nothing to deploy: ${stage} has this code.`;
  const asks = guarded ? ` Stage ${stage} is protected: consent is asked for.` : "";
  return `${style.caution("○")} ${style.strong("This code is not deployed yet")}; nothing was sent.${asks} Deploy it: migrate-remote deploy --stage ${stage}`;
}
