/**
 * Judging against parsing alone, and proving against psql applying the same two
 * files to a PostgreSQL of its own, each in a fresh sandbox.
 */
import { resolve } from "node:path";
import { parseSync } from "libpg-query";
import type { SandboxHome } from "../../../src/domain/ports/sandbox-port.ts";
import { judgeFolder } from "../../../src/policy/migrations/files/folder.ts";
import { judgeMigration, openJudge } from "../../../src/policy/migrations/judge.ts";
import { proveChange } from "../../../src/runs/migrations/prove-change.ts";
import { dockerAnswers, dockerConnection } from "../../../src/sandbox/docker/connection.ts";
import { dockerHome } from "../../../src/sandbox/docker/home.ts";
import { ensureSandboxImage } from "../../../src/sandbox/docker/image.ts";
import { contextOfCorpus, readBefore, readCorpus } from "../../policy/migrations/corpus.ts";
import { type Bench, compared, type Figure, quantile } from "../bench.ts";

const ROUNDS = 5;
const FOLDER_FILES = 500;
const TABLES = 30;

export const migrationsBench: Bench = {
  name: "migrations",
  about: `a file judged against parsed; ${FOLDER_FILES} files in order; ${TABLES} tables proven against psql applying the same, sandbox included; medians of ${ROUNDS}`,
  run: async () => {
    await openJudge();
    return [...judgeFigures(), ...(await proofFigures())];
  },
};

function judgeFigures(): readonly Figure[] {
  const context = contextOfCorpus();
  const texts = readCorpus("additive").map(({ sql }) => sql);
  for (const sql of texts) judgeMigration(sql, context);
  const ours = texts.map((sql) => fastest(() => judgeMigration(sql, context)));
  const floor = texts.map((sql) => fastest(() => parseSync(sql)));
  const folder = folderOf(texts);
  return [
    compared("judge.file.p50", "ms", quantile(ours, 0.5), quantile(floor, 0.5)),
    compared("judge.file.p99", "ms", quantile(ours, 0.99), quantile(floor, 0.99)),
    compared(
      "judge.folder",
      "ms",
      fastest(() => judgeFolder(folder)),
      fastest(() => [...folder.values()].map((sql) => parseSync(sql))),
    ),
  ];
}

/** The schema of the corpora first, then its additive cases over and over. */
function folderOf(texts: readonly string[]): ReadonlyMap<string, string> {
  const files = Array.from({ length: FOLDER_FILES }, (_, index): [string, string] => {
    const sql = index === 0 ? readBefore() : (texts[index % texts.length] ?? "");
    return [`${String(index).padStart(4, "0")}_case/migration.sql`, sql];
  });
  return new Map(files);
}

function fastest(act: () => unknown): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const begun = performance.now();
    act();
    return performance.now() - begun;
  });
  return Math.min(...times);
}

const BASE = Array.from({ length: TABLES }, (_, n) => {
  const up = n > 0 ? `, up int REFERENCES t${n - 1} (id)` : "";
  return `CREATE TABLE t${n} (id serial PRIMARY KEY, a text, b timestamptz, c jsonb${up});`;
}).join("\n");
const CHANGE = "ALTER TABLE t3 ADD COLUMN d text; CREATE TABLE more (id serial PRIMARY KEY, t int REFERENCES t3 (id));";
const BY_PSQL = `cp -r /usr/local/lib/orion/cluster pg && chmod 700 pg && bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1) \
  && "$bin/pg_ctl" -D pg -w -s -o "-k $PWD -c listen_addresses= -c fsync=off" start >log 2>&1 \
  && psql -h "$PWD" -U postgres -q -v ON_ERROR_STOP=1 -f base.sql -f change.sql && "$bin/pg_ctl" -D pg -m immediate -s stop`;

/** @returns [] where no container engine answers, which is said */
async function proofFigures(): Promise<readonly Figure[]> {
  const docker = dockerConnection(null);
  if (!(await dockerAnswers(docker))) {
    process.stderr.write("no container engine answers: nothing is proven\n");
    return [];
  }
  const onLine = (line: string): void => void process.stderr.write(`${line}\n`);
  const image = await ensureSandboxImage({ docker, root: resolve(import.meta.dirname, "../../.."), onLine });
  const limits = { memoryMb: 1_024, workspaceMb: 512, pids: 256, cpus: 2 };
  const home = dockerHome({ docker, image, limits, setupEnv: {}, onLine, scope: `bench-${process.pid}` });
  try {
    const [ours, floor]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      floor.push(await timed(() => byPsql(home, round)));
      ours.push(await timed(() => proven(home, round)));
    }
    return [compared("proof", "ms", quantile(ours, 0.5), quantile(floor, 0.5))];
  } finally {
    await home.stop();
  }
}

async function timed(act: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await act();
  return performance.now() - begun;
}

async function proven(home: SandboxHome, round: number): Promise<void> {
  const files = { before: [{ name: "0", sql: BASE }], added: [{ name: "1", sql: CHANGE }], seeds: [] };
  const outcome = await proveChange(home, { name: `bench-${process.pid}-${round}`, runId: "bench", ...files });
  if (outcome.kind !== "held") throw new TypeError(`the bench's own change was not proven: ${JSON.stringify(outcome)}`);
}

async function byPsql(home: SandboxHome, round: number): Promise<void> {
  const content = async function* () {
    yield new Uint8Array(1_024);
  };
  const name = `bench-psql-${process.pid}-${round}`;
  const sandbox = await home.open({ name, runId: "bench", prepared: null, content });
  try {
    await sandbox.writeFile("base.sql", Buffer.from(BASE));
    await sandbox.writeFile("change.sql", Buffer.from(CHANGE));
    const { exitCode, output } = await sandbox.exec(["bash", "-c", BY_PSQL], { deadlineMs: 60_000 });
    if (exitCode !== 0) throw new TypeError(`psql did not apply it: ${output}`);
  } finally {
    await sandbox.close();
  }
}
