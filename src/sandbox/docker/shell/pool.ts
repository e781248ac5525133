/**
 * The persistent shells of one container: as many as commands run at the same
 * time, and a fresh one in place of each that was lost or still has writers.
 */
import { readFileSync } from "node:fs";
import type Docker from "dockerode";
import { SANDBOX_USER } from "../profile.ts";
import { type Door, openDoor } from "./door.ts";
import { killerIn } from "./killer.ts";
import { reach } from "./reach.ts";
import { BOOT, type Shell, shellOver } from "./shell.ts";
import { type ExecRequest, openExec } from "./stream.ts";

export interface ShellPool {
  /** through which every process enters this container */
  readonly door: Door;
  /** @throws OrionError SANDBOX_GONE when the container is */
  take(): Promise<Shell>;
  giveBack(shell: Shell): void;
  /** Ends the command of that process group, run by that shell; commands of the others go on. */
  end(shell: Shell, group: number): Promise<void>;
  warmUp(): Promise<void>;
  detach(): void;
}

/** @param bash path of bash inside; @param env what the shells get on top of the container's */
export function shellPool(container: Docker.Container, bash: string, env: readonly string[]): ShellPool {
  const exec: ExecRequest = { cmd: [bash, "-c", BOOT, "orion"], user: SANDBOX_USER, env };
  const script = scriptText("shell.sh");
  const door = openDoor();
  const killer = killerIn(container, door, { ...exec, env: [] }, scriptText("killer.sh"));
  const idle: Shell[] = [];
  const all = new Set<Shell>();

  function open(): Promise<Shell> {
    return door.enter(async () => {
      const opened = shellOver(await reach(container, () => openExec(container, exec)), script);
      all.add(opened);
      await opened.ready;
      return opened;
    });
  }

  return {
    door,
    async take() {
      for (let shell = idle.pop(); shell !== undefined; shell = idle.pop()) if (shell.usable()) return shell;
      return open();
    },
    giveBack(shell) {
      if (shell.usable()) idle.push(shell);
      // A shell that still has writers stays open, so that they do not die of a closed pipe; the next command gets another.
      else if (!idle.some((other) => other.usable())) void open().then(...pushTo(idle));
    },
    async end(shell, group) {
      const others = [...all].filter((other) => other !== shell).map((other) => other.session());
      await killer.end(
        group,
        others.filter((session) => session !== null),
      );
    },
    async warmUp() {
      const [opened] = await Promise.all([open(), killer.ready()]);
      idle.push(opened);
    },
    detach() {
      for (const shell of all) shell.detach();
      killer.detach();
    },
  };
}

/** What could not be opened ahead of need is opened, or refused, at the need. */
function pushTo(idle: Shell[]): [(shell: Shell) => void, () => void] {
  return [(shell) => void idle.push(shell), () => undefined];
}

function scriptText(name: string): string {
  return readFileSync(new URL(`../inside/${name}`, import.meta.url), "utf8");
}
