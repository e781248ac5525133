/**
 * The host's end of a persistent shell (`inside/shell.sh`). One command at a
 * time; deadlines and kills are the business of whoever runs commands on it.
 */
import { randomBytes } from "node:crypto";
import type { Streams } from "./stream.ts";

export interface ShellCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** How a command on a shell ended; null when the shell itself was lost. */
export type ShellEnd = { readonly code: number; readonly oomKills: number; readonly held: boolean } | null;

export interface Shell {
  /** settles when the shell runs, or never will */
  readonly ready: Promise<void>;
  /** session of the shell inside the container; null until it has said so */
  session(): number | null;
  /** process group of the command that runs now, as soon as it is known; null when none runs any more */
  current(): Promise<number | null>;
  /** false once lost, or once left-over processes write into its output */
  usable(): boolean;
  run(command: ShellCommand, onOutput: (chunk: Uint8Array) => void): Promise<ShellEnd>;
  detach(): void;
}

/** What every shell inside is started with: the script itself comes over stdin, so that `ps` stays readable. */
export const BOOT = 'IFS= read -r -d "" script; eval "$script"';

/** @param script text of `inside/shell.sh` */
export function shellOver(streams: Streams, script: string): Shell {
  let session: number | null = null;
  let alive = true;
  let held = false;
  let active: ActiveCommand | null = null;
  let ordinal = 0;
  const ready = Promise.withResolvers<void>();
  streams.socket.write(`${script}\0`);
  streams.onStdout((chunk) => active?.scan(chunk));
  streams.onStderr(
    lines((line) => {
      const [kind, first, second] = line.split(" ");
      if (kind === "S") {
        session = Number(first);
        ready.resolve();
      }
      // A word about an earlier command may come late, on its own pipe.
      if (kind === "P" && Number(first) === ordinal) active?.started.resolve(Number(second));
    }),
  );
  void streams.ended.then(() => {
    alive = false;
    ready.resolve();
    active?.finish(null);
  });

  function run(command: ShellCommand, onOutput: (chunk: Uint8Array) => void): Promise<ShellEnd> {
    if (!alive) return Promise.resolve(null);
    const token = randomBytes(24).toString("hex");
    ordinal++;
    return new Promise<ShellEnd>((resolve) => {
      const started = Promise.withResolvers<number | null>();
      const finish = (end: ShellEnd) => {
        active = null;
        started.resolve(null);
        if (end?.held === true) held = true;
        resolve(end);
      };
      active = { started, finish, scan: untilToken(token, onOutput, finish) };
      streams.socket.write(encode(token, command));
    });
  }

  return {
    ready: ready.promise,
    session: () => session,
    current: () => active?.started.promise ?? Promise.resolve(null),
    usable: () => alive && !held,
    run,
    detach() {
      alive = false;
      streams.socket.destroy();
    },
  };
}

interface ActiveCommand {
  readonly started: PromiseWithResolvers<number | null>;
  scan(chunk: Buffer): void;
  finish(end: ShellEnd): void;
}

function encode(token: string, command: ShellCommand): string {
  const vars = Object.entries(command.env).map(([name, value]) => `${name}=${value}`);
  const fields = [token, command.cwd, String(vars.length), ...vars, String(command.argv.length), ...command.argv];
  return fields.map((field) => `${field}\0`).join("");
}

/** Passes output on until the token, then reads `<code> <oom kills> <held>` behind it. */
function untilToken(
  token: string,
  onOutput: (chunk: Uint8Array) => void,
  finish: (end: ShellEnd) => void,
): (chunk: Buffer) => void {
  let carry = Buffer.alloc(0);
  return (chunk) => {
    const text = carry.byteLength === 0 ? chunk : Buffer.concat([carry, chunk]);
    const at = text.indexOf(token);
    if (at === -1) {
      const safe = Math.max(0, text.byteLength - token.length + 1);
      if (safe > 0) onOutput(text.subarray(0, safe));
      carry = Buffer.from(text.subarray(safe));
      return;
    }
    const lineEnd = text.indexOf("\n", at);
    if (lineEnd === -1) {
      carry = Buffer.from(text);
      return;
    }
    if (at > 0) onOutput(text.subarray(0, at));
    const [code, oomKills, held] = text.toString("latin1", at + token.length + 1, lineEnd).split(" ");
    finish({ code: Number(code), oomKills: Number(oomKills), held: held === "1" });
  };
}

/** @returns a sink that calls `onLine` for each whole line */
export function lines(onLine: (line: string) => void): (chunk: Buffer) => void {
  let rest = "";
  return (chunk) => {
    const parts = (rest + chunk.toString("latin1")).split("\n");
    // A bound, so that noise without an end of line cannot grow without one.
    rest = (parts.pop() ?? "").slice(-4096);
    for (const part of parts) onLine(part);
  };
}
