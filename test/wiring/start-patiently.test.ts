import { expect, it } from "vitest";
import { OrionError } from "../../src/domain/errors.ts";
import { startPatiently } from "../../src/wiring/service/start-patiently.ts";
import type { Worker } from "../../src/wiring/start-worker.ts";
import { until } from "../flow/support/until.ts";

const AWAY = new OrionError("DOCKER_UNREACHABLE", "no Docker engine answers");

/** A worker that starts at the given try, and what became of it. */
function later(startsAt: number, error: unknown = AWAY) {
  const seen = { tries: 0, started: 0, stopped: 0, lines: [] as string[] };
  const worker = {
    home: { kind: "docker" },
    stop: async () => {
      seen.stopped += 1;
    },
  } as Worker;
  const start = async () => {
    seen.tries += 1;
    if (seen.tries < startsAt) throw error;
    return worker;
  };
  const patience = {
    onLine: (line: string) => void seen.lines.push(line),
    onStart: () => {
      seen.started += 1;
    },
    againMs: 1,
  };
  return { seen, start, patience };
}

it("lets the web start while the engine is away, and the worker once it is back", async () => {
  const { seen, start, patience } = later(3);
  const waiting = await startPatiently(start, { ...patience, mayWait: true });
  await until(
    () => (seen.started === 1 ? true : null),
    () => "the worker to start",
  );
  await waiting.stop();
  expect(seen).toMatchObject({ tries: 3, started: 1, stopped: 1 });
  expect(seen.lines).toHaveLength(2);
});

it("stops while it waits, and tries no more", async () => {
  const { seen, start, patience } = later(Number.POSITIVE_INFINITY);
  const waiting = await startPatiently(start, { ...patience, mayWait: true, againMs: 3_600_000 });
  await waiting.stop();
  expect(seen).toMatchObject({ tries: 1, started: 0, stopped: 0 });
});

it("ends the start where waiting is of no use, or something else is wrong", async () => {
  const alone = later(2);
  await expect(startPatiently(alone.start, { ...alone.patience, mayWait: false })).rejects.toBe(AWAY);
  const wrong = new OrionError("DOCKER_CERTS", "not readable");
  const { start, patience } = later(2, wrong);
  await expect(startPatiently(start, { ...patience, mayWait: true })).rejects.toBe(wrong);
});
