"""Reads a template from stdin, checks it as its tool would, and prints the alarms in it as JSON: python3 check_alarms.py cloudformation|terraform."""

from __future__ import annotations

import json
import sys
import tempfile


def cloudformation(text: str) -> dict:
    import cfnlint.decode.cfn_yaml
    from cfnlint.api import ManualArgs, lint

    found = [str(match) for match in lint(text, config=ManualArgs(regions=["eu-west-1"]))]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        template = cfnlint.decode.cfn_yaml.load(file.name)
    alarms = [
        {
            "namespace": it["Properties"]["Namespace"],
            "metric": it["Properties"]["MetricName"],
            "dimensions": {one["Name"]: one["Value"] for one in it["Properties"]["Dimensions"]},
            "threshold": it["Properties"]["Threshold"],
            "statistic": it["Properties"]["Statistic"],
        }
        for it in template["Resources"].values()
        if it["Type"] == "AWS::CloudWatch::Alarm"
    ]
    return {"found": found, "alarms": alarms}


def terraform(text: str) -> dict:
    import hcl2

    alarms = []
    for block in hcl2.loads(text).get("resource", []):
        for kind, named in block.items():
            if kind.strip('"') != "aws_cloudwatch_metric_alarm":
                continue
            for alarm in named.values():
                plain = {key: unquoted(value) for key, value in alarm.items()}
                alarms.append(
                    {
                        "namespace": plain["namespace"],
                        "metric": plain["metric_name"],
                        "dimensions": {unquoted(key): unquoted(value) for key, value in alarm["dimensions"].items()},
                        "threshold": plain["threshold"],
                        "statistic": plain["statistic"],
                    }
                )
    return {"found": [], "alarms": alarms}


def unquoted(value: object) -> object:
    return value.strip('"') if isinstance(value, str) else value


print(json.dumps({"cloudformation": cloudformation, "terraform": terraform}[sys.argv[1]](sys.stdin.read())))
