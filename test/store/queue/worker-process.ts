/**
 * A worker as a process of its own, for tests that kill it. It says on stdout
 * what it takes, one JSON line each, and by its second argument either hangs in
 * every run or finishes it.
 */
import { openStore } from "../../../src/store/open-store.ts";
import { untilAborted } from "../fixtures.ts";

const [connectionString = "", behaviour = "finish"] = process.argv.slice(2);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

const { store, queue, close } = await openStore({ connectionString, poolSize: 5 });
await queue.work({
  delivery: async (guid, signal) => {
    say({ delivery: guid });
    if (behaviour === "hang") await untilAborted(signal);
    await store.settleDelivery(guid, `by ${process.pid}`);
  },
  run: async (runId, signal) => {
    const claimed = await store.claimRun(runId);
    say({ run: runId, attempt: claimed?.run.attempt ?? null });
    if (claimed === null) return;
    if (behaviour === "hang") await untilAborted(signal);
    await store.updateRun({ runId, attempt: claimed.run.attempt }, { status: "done" });
  },
});
say({ working: true });

process.once("SIGTERM", async () => {
  await queue.stop(5_000);
  await close();
  process.exit(0);
});
