import { expect, test } from "vitest";
import { pipelineOf } from "../../src/cli/pipeline.js";

test.each<[string, Record<string, string>, string | undefined]>([
  ["nothing", {}, undefined],
  ["GitHub Actions", { GITHUB_ACTIONS: "true", CI: "true" }, "github"],
  ["GitLab", { GITLAB_CI: "true", CI: "true" }, "gitlab"],
  ["any that says so", { CI: "1" }, "other"],
  ["CI switched off", { CI: "false" }, undefined],
  ["Azure Pipelines", { TF_BUILD: "True" }, "other"],
  ["TeamCity", { TEAMCITY_VERSION: "2025.1" }, "other"],
  ["CodeBuild", { CODEBUILD_BUILD_ID: "b:1" }, "other"],
  ["Jenkins", { JENKINS_URL: "https://j.example", BUILD_ID: "7" }, "other"],
  ["a laptop that knows a Jenkins", { JENKINS_URL: "https://j.example" }, undefined],
])("%s", (_, env, kind) => {
  expect(pipelineOf(env)).toBe(kind);
});
