import * as z from "zod";
import { text } from "./text.js";

/** Wide enough for partitions to come: us-west-2, us-gov-west-1, us-isob-east-1, eusc-de-east-1. */
export const regionPattern = /^[a-z]{2,6}(-[a-z]{2,12}){1,3}-\d{1,2}$/;

export const region = () =>
  z
    .string()
    .regex(regionPattern, { error: 'is not an AWS region, such as "us-west-2"' })
    .describe("AWS region. --region and AWS_REGION come before it. Without any, the profile's own.");

export const profile = () =>
  text(200).describe(
    "Profile of ~/.aws/config. --profile and credentials in the environment (AWS_PROFILE, AWS_ACCESS_KEY_ID, …) come before it, so set `account` too. Placeholders: {project}, {stage}.",
  );

export const roleArn = () =>
  z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/, {
      error: 'is not the ARN of a role, such as "arn:aws:iam::123456789012:role/migrate"',
    })
    .describe("Role to assume with the credentials found, before anything else is asked of AWS.");

export const mfaSerial = () =>
  z
    .string()
    .regex(/^[\w+=/:,.@-]{9,256}$/, {
      error: 'is not an MFA device, such as "arn:aws:iam::123456789012:mfa/alice"',
    })
    .describe("MFA device whose code assuming the role asks for; the code is asked on the terminal.");

export const account = () =>
  z
    .string({ error: 'must be a string of 12 digits, in quotes: "123456789012"' })
    .regex(/^\d{12}$/, { error: 'must be 12 digits in quotes: "123456789012"' })
    .describe("The AWS account this must be. Checked with STS before anything is written.");

export const endpoint = () =>
  z
    .string()
    .refine(isPlainHttpUrl, {
      error: 'must be an http:// or https:// URL without credentials, such as "http://localhost:4566"',
    })
    .meta({ format: "uri", pattern: "^https?://" })
    .describe(
      "One address that serves every AWS service used here. For a single service set AWS_ENDPOINT_URL_LAMBDA and its kind in the environment instead.",
    );

function isPlainHttpUrl(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return (
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.hostname !== "" &&
    url.username + url.password === ""
  );
}
