// Loaded before a program that is measured: when it ends it writes what it took to a file. Microseconds and kilobytes, as Node gives them.
"use strict";
const { writeFileSync } = require("node:fs");

process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeFileSync(process.env.BENCH_USAGE, JSON.stringify({ userCPUTime, systemCPUTime, maxRSS }));
});
