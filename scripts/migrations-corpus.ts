/**
 * Prints how the judge of migrations answers the corpora: by itself, by the
 * proof alone, and both. Fails when one case is misjudged. The proof runs in a
 * sandbox; without a container engine its columns are left out, aloud.
 */
import { resolve } from "node:path";
import { judgeMigration, openJudge } from "../src/policy/migrations/judge.ts";
import { breaches, lacksSomething, runInside } from "../src/runs/migrations/prove-change.ts";
import { dockerAnswers, dockerConnection } from "../src/sandbox/docker/connection.ts";
import { dockerHome } from "../src/sandbox/docker/home.ts";
import { ensureSandboxImage } from "../src/sandbox/docker/image.ts";
import { contextOfCorpus, LABELS, misjudged, readBefore, readCorpus } from "../test/policy/migrations/corpus.ts";

/** For every case a copy of the database, on whatever else the machine does. */
const DEADLINE_MS = 20 * 60_000;

await openJudge();
const context = contextOfCorpus();
const broken = await proveAll();
const rows = LABELS.map((label) => {
  const wrong = misjudged(label, context);
  for (const line of wrong) console.error(`${label}: ${line}`);
  const cases = readCorpus(label);
  const judged = cases.map(({ sql }) => judgeMigration(sql, context).verdict !== "additive");
  const proven = cases.map(({ reason }) => broken?.has(`${label}: ${reason}`) ?? false);
  const count = (stopped: readonly boolean[]): number => stopped.filter(Boolean).length;
  return {
    corpus: label,
    cases: cases.length,
    "stopped by the judge alone": count(judged),
    "by the proof alone": broken === null ? "not run" : count(proven),
    "by both": broken === null ? "not run" : count(judged.map((stopped, index) => stopped || proven[index] === true)),
    misjudged: wrong.length,
  };
});
console.table(rows);
const all = LABELS.flatMap(readCorpus);
const start = performance.now();
for (const { sql } of all) judgeMigration(sql, context);
console.log(`${((performance.now() - start) / all.length).toFixed(2)} ms a migration, ${all.length} judged`);
if (rows.some(({ misjudged: wrong }) => wrong > 0)) process.exitCode = 1;

/** @returns names of the cases in which something did not hold; null where nothing could be run */
async function proveAll(): Promise<ReadonlySet<string> | null> {
  const docker = dockerConnection(process.env.DOCKER_HOST ?? null);
  if (!(await dockerAnswers(docker))) {
    console.error("no container engine answers: the proof is not run");
    return null;
  }
  const onLine = (line: string): void => console.error(line);
  const image = await ensureSandboxImage({ docker, root: resolve(import.meta.dirname, ".."), onLine });
  const limits = { memoryMb: 1_024, workspaceMb: 512, pids: 256, cpus: 2 };
  const scope = `corpus-${process.pid}`;
  const home = dockerHome({ docker, image, limits, setupEnv: {}, onLine, scope });
  try {
    const cases = LABELS.flatMap((label) =>
      readCorpus(label).map(({ reason, sql }) => ({ name: `${label}: ${reason}`, files: [{ name: "case", sql }] })),
    );
    const input = { base: [{ name: "before", sql: readBefore() }], seeds: [], cases };
    const output = await runInside(home, { name: scope, runId: scope }, input, DEADLINE_MS);
    if (typeof output === "string" || output.kind !== "proven") {
      console.error(`the proof was not had: ${JSON.stringify(output)}`);
      return null;
    }
    const stopped = output.cases.filter((one) => {
      if (lacksSomething(one)) return false;
      const { hard, soft } = breaches(one);
      if (one.name.startsWith("additive: "))
        for (const line of [...hard, ...soft]) console.error(`${one.name}: ${line}`);
      return hard.length + soft.length > 0;
    });
    return new Set(stopped.map(({ name }) => name));
  } finally {
    await home.stop();
  }
}
