/** Where the AWS console shows what a command was about. */
export interface ConsoleLinks {
  function?: string;
  /** The log stream of the last invocation; its group where the stream is not known. */
  logs?: string;
  snapshot?: string;
}

/** What stands behind the links. */
export interface ConsolePlaces {
  region: string;
  /** The function's name alone. */
  function?: string | undefined;
  logs?: { group: string; stream?: string | undefined } | undefined;
  /** Of an instance or a cluster: the console finds both by their id. */
  snapshotId?: string | undefined;
}

/** Regions whose console has an address that anybody can know; the isolated ones have none. */
const partitions: readonly [RegExp, string][] = [
  [/^cn-[a-z]+-\d+$/, "amazonaws.cn"],
  [/^us-gov-[a-z]+-\d+$/, "amazonaws-us-gov.com"],
  [/^(?:af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-\d+$/, "aws.amazon.com"],
];

/** Pure, and empty for a region that nobody knows a console of. */
export function consoleLinks({ region, function: name, logs, snapshotId }: ConsolePlaces): ConsoleLinks {
  const domain = partitions.find(([pattern]) => pattern.test(region))?.[1];
  if (domain === undefined) return {};
  const page = (service: string) => `https://${region}.console.${domain}/${service}/home?region=${region}#`;
  return {
    ...(name === undefined ? {} : { function: `${page("lambda")}/functions/${encoded(name)}` }),
    ...(logs === undefined ? {} : { logs: `${page("cloudwatch")}${logsPath(logs)}` }),
    ...(snapshotId === undefined ? {} : { snapshot: `${page("rds")}db-snapshot:id=${encoded(snapshotId)}` }),
  };
}

function logsPath({ group, stream }: NonNullable<ConsolePlaces["logs"]>): string {
  const path = `logsV2:log-groups/log-group/${twiceEncoded(group)}`;
  return stream === undefined ? path : `${path}/log-events/${twiceEncoded(stream)}`;
}

/** CloudWatch's console decodes twice, the second time with a dollar for the percent sign. */
function twiceEncoded(text: string): string {
  return encoded(encoded(text)).replaceAll("%", "$");
}

/** `encodeURIComponent` that leaves nothing which Markdown, a shell or a terminal reads something into, and takes half a surrogate too. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")).replace(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
