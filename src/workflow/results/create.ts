export interface CreateResult {
  command: "create";
}
