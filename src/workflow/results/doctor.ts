export interface DoctorResult {
  command: "doctor";
}
