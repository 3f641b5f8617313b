export interface LintResult {
  command: "lint";
}
