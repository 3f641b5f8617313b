import * as z from "zod";

/** A function as a command registers it with the keeper. */
export const functionDefinitionSchema = z.object({
  name: z.string().min(1).max(140),
  handler: z.string().min(1),
  root: z.string().min(1),
  timeoutSeconds: z.number().positive().max(900),
  memoryMb: z.number().positive(),
  environment: z.record(z.string(), z.string()),
  /** What the caller's shell has that programs need: PATH and the like, never its AWS settings. */
  hostEnvironment: z.record(z.string(), z.string()),
  database: z.union([z.object({ embedded: z.string().min(1) }), z.object({ url: z.string().min(1) })]),
  /** What RDS calls the database; without one RDS does not know it. */
  instance: z.object({ kind: z.enum(["instance", "cluster"]), identifier: z.string().min(1) }).optional(),
});
export type FunctionDefinition = z.infer<typeof functionDefinitionSchema>;

export const region = "us-east-1";
export const accountId = "000000000000";
export const credentials = { accessKeyId: "LOCALLOCALLOCALLOCAL", secretAccessKey: "local" };

export function functionArn(name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}

export function logGroupOf(name: string): string {
  return `/aws/lambda/${name}`;
}

/** What Lambda takes as a function: a name, `name:qualifier`, and both as a partial or a whole ARN. */
export function functionNameOf(reference: string): string | undefined {
  const arn = /^(?:arn:[^:]+:lambda:[^:]*:)?(?:\d{12}:)?function:([A-Za-z0-9_-]+)(?::[A-Za-z0-9_$-]+)?$/.exec(
    reference,
  );
  const plain = /^([A-Za-z0-9_-]+)(?::[A-Za-z0-9_$-]+)?$/.exec(reference);
  return arn?.[1] ?? plain?.[1];
}
