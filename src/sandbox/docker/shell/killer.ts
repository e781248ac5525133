/**
 * The host's end of `inside/killer.sh`: ends commands in a container that may
 * have no process left to give. Lost, it is started again at the next need.
 */
import type Docker from "dockerode";
import { OrionError } from "../../../domain/errors.ts";
import type { Door } from "./door.ts";
import { reach } from "./reach.ts";
import { lines } from "./shell.ts";
import { type ExecRequest, openExec, type Streams } from "./stream.ts";

export interface Killer {
  /** Starts it ahead of the first need. */
  ready(): Promise<void>;
  /**
   * Ends the process group and whatever was started since it was.
   * @param spared sessions of other shells, whose commands go on
   */
  end(group: number, spared: readonly number[]): Promise<void>;
  detach(): void;
}

/** @param script text of `inside/killer.sh` */
export function killerIn(container: Docker.Container, door: Door, exec: ExecRequest, script: string): Killer {
  let opened: Promise<OpenKiller> | null = null;
  const open = () => {
    opened ??= door.enter(async () => {
      const streams = await reach(container, () => openExec(container, exec));
      return talkTo(streams, script);
    });
    return opened;
  };
  return {
    async ready() {
      await open();
    },
    async end(group, spared) {
      try {
        await (await open()).end(group, spared);
      } catch {
        // Lost, for memory most likely: another one does it, or says that the container is gone.
        opened = null;
        await (await open()).end(group, spared);
      }
    },
    detach() {
      void opened?.then(
        (killer) => killer.detach(),
        () => undefined,
      );
    },
  };
}

type OpenKiller = Omit<Killer, "ready">;

async function talkTo(streams: Streams, script: string): Promise<OpenKiller> {
  const ready = Promise.withResolvers<void>();
  const waiting: (() => void)[] = [];
  streams.onStdout(
    lines((line) => {
      if (line === "ready") ready.resolve();
      if (line === "ended") waiting.shift()?.();
    }),
  );
  streams.socket.write(`${script}\0`);
  const lost = streams.ended.then(() => {
    throw new OrionError("SANDBOX_KILLER_LOST", "the sandbox's killer is gone; another is started");
  });
  lost.catch(() => undefined);
  await Promise.race([ready.promise, lost]);
  return {
    async end(group, spared) {
      const done = new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
      streams.socket.write(`${[group, ...spared].join(" ")}\n`);
      await Promise.race([done, lost]);
    },
    detach: () => streams.socket.destroy(),
  };
}
