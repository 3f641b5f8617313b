export interface InitResult {
  command: "init";
}
