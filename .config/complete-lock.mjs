// `npm ci` wants every optional platform package in the lock file, also of platforms it then skips. A registry mirror that carries only
// some platforms leaves the others out of the lock that `npm install` writes; this adds them. Run after each change of dependencies.
import { readFileSync, writeFileSync } from "node:fs";

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const { packages } = lock;
const systems = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const processors = ["arm64", "arm", "x64", "ia32", "ppc64", "riscv64", "s390x"];

for (const [path, { optionalDependencies = {}, dev, peer }] of Object.entries({ ...packages })) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (path === "" || packages[`${path}/node_modules/${name}`] || packages[`node_modules/${name}`]) continue;
    const os = systems.find((system) => name.includes(`-${system}-`));
    const cpu = processors.find((processor) => name.includes(`-${processor}`));
    if (os === undefined || cpu === undefined || !/^\d/.test(version))
      throw new Error(`${name}@${version}: which platform?`);
    packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(dev ? { dev } : {}),
      ...(name.includes("musl") ? { libc: ["musl"] } : {}),
      optional: true,
      os: [os],
      ...(peer ? { peer } : {}),
    };
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
