import { harmless } from "../output/harmless.js";
import type { Host, OutputStream } from "./host.js";

/** The server whose job this is: what it can do with a job's log differs. */
export type PipelineKind = "github" | "gitlab" | "other";

/** In a pipeline nobody watches and nobody answers, whatever its streams look like. */
export function pipelineOf(env: Host["env"]): PipelineKind | undefined {
  if (env.GITHUB_ACTIONS === "true") return "github";
  if (env.GITLAB_CI === "true") return "gitlab";
  return isTrue(env.CI) || hasOwnWord(env) ? "other" : undefined;
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false"].includes(value);
}

/** Azure Pipelines, TeamCity, CodeBuild and Jenkins do not set CI. */
function hasOwnWord({ TF_BUILD, TEAMCITY_VERSION, CODEBUILD_BUILD_ID, JENKINS_URL, BUILD_ID }: Host["env"]) {
  const words = [TF_BUILD, TEAMCITY_VERSION, CODEBUILD_BUILD_ID, JENKINS_URL && BUILD_ID];
  return words.some((word) => word !== undefined && word !== "");
}

export interface Pipeline {
  kind: PipelineKind;
  /** Writes a line that the server obeys. On stderr: stdout is the result's, for whoever keeps or parses it. */
  command: (line: string) => void;
}

/** In a pipeline nothing that is printed is obeyed, from wherever its words are, but what is handed to `command`. */
export function enterPipeline(host: Host): { host: Host; pipeline?: Pipeline } {
  const kind = pipelineOf(host.env);
  if (kind === undefined) return { host };
  const { stdout, stderr } = host;
  return {
    host: { ...host, stdout: guarded(stdout), stderr: guarded(stderr) },
    pipeline: { kind, command: (line) => void stderr.write(`${line}\n`) },
  };
}

function guarded(stream: OutputStream): OutputStream {
  const write = (chunk: string | Uint8Array, ...rest: never[]) =>
    stream.write(typeof chunk === "string" ? harmless(chunk) : chunk, ...rest);
  return new Proxy(stream, {
    get(target, key) {
      if (key === "write") return write;
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
