import type { FunctionSetup } from "../../remote/inspection.js";
import type { Check } from "../results/doctor.js";
import { check } from "./check.js";

/** The function's own way to the database. */
export function networkChecks({ subnets, securityGroups }: FunctionSetup): Check[] {
  const vpc = check("function_vpc");
  if (subnets === 0)
    return [
      vpc.warning(
        "The function is in no VPC: it reaches no database that sits in a private subnet.",
        "Give it the database's VPC: subnets and a security group, where you deploy it.",
      ),
    ];
  const zones = check("function_subnets");
  const groups = check("function_security_groups");
  return [
    vpc.ok("The function is in a VPC."),
    subnets === 1
      ? zones.warning(
          "It has one subnet, so one availability zone: when that one fails there is no migration.",
          "Give it a subnet in a second zone, where you deploy it.",
        )
      : zones.ok(`It has ${subnets} subnets.`),
    securityGroups === 0
      ? groups.warning(
          "It names no security group.",
          "Give it one that the database's security group lets in on its port (5432).",
        )
      : groups.ok(
          `It has ${securityGroups === 1 ? "a security group" : `${securityGroups} security groups`}; the database's must let it in on its port (5432).`,
        ),
  ];
}
