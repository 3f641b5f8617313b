export interface DeployResult {
  command: "deploy";
}
