/**
 * A host to be killed: it opens a sandbox, starts a command that does not end,
 * has a spare made, and says so. Its one argument is JSON. It is not a test file.
 */
import { setInterval } from "node:timers/promises";
import { connectDocker } from "../../src/sandbox/docker/connection.ts";
import { dockerHome } from "../../src/sandbox/docker/home.ts";

const { docker, image, name, scope } = JSON.parse(process.argv[2] ?? "{}");
const limits = { memoryMb: 512, workspaceMb: 64, pids: 128, cpus: 1 };
const home = dockerHome({ docker, image, limits, setupEnv: {}, onLine: () => undefined, scope, warm: 1 });
const content = async function* () {
  yield new Uint8Array(1024);
};
const sandbox = await home.open({ name, runId: "run-killed", prepared: null, content });
await sandbox.exec(["sh", "-c", "echo written before the kill > before.txt"], { deadlineMs: 10_000 });
void sandbox.exec(["sleep", "306"], { deadlineMs: 600_000 });
const engine = connectDocker(docker);
for await (const _ of setInterval(50)) {
  const filters = { name: [`^/orion-spare\\..*\\.${process.pid}\\.`], status: ["running"] };
  if ((await engine.listContainers({ filters })).length > 0) break;
}
console.log("ready");
