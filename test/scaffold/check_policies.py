"""Reads {name: policy} from stdin and prints what parliament has against each one, a line each."""

from __future__ import annotations

import json
import sys

from parliament import analyze_policy_string, enhance_finding

for name, policy in json.load(sys.stdin).items():
    for finding in analyze_policy_string(json.dumps(policy)).findings:
        enhanced = enhance_finding(finding)
        print(f"{name}: {enhanced.severity} {enhanced.issue} {finding.detail} {finding.location}")
