import * as z from "zod";
import type { Context } from "../cli/context.js";
import { Failure } from "../contract/failure.js";
import type { DoctorResult } from "../workflow/results/doctor.js";

export const options = z.object({});

export async function run(_context: Context, _options: z.output<typeof options>): Promise<DoctorResult> {
  throw new Failure("unsupported_operation", "doctor is not built yet.");
}
