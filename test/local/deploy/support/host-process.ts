/** A deploy host in a process of its own, to be killed: argv are the repository and the data folder. */

import { execFileSync } from "node:child_process";
import { startDeployHost } from "../../../../src/local/deploy/deploy-host.ts";
import { PROCESS_ENV } from "../../../support/process-env.ts";

const [repository = "", dataDir = ""] = process.argv.slice(2);
const host = await startDeployHost({
  repository,
  slug: "maya/service",
  branch: "master",
  dataDir,
  build: [],
  preDeploy: null,
  start: [process.execPath, "server.mjs"],
  env: PROCESS_ENV,
});
const head = execFileSync("git", ["-C", repository, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();
await host.waitFor(head, ["live"]);
console.log(host.url);
