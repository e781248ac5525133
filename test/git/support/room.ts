/**
 * One server, one repository on it and one Git of ours, as most tests of this
 * room need them. Everything is thrown away at the end of the file.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { hasCode, OrionError } from "../../../src/domain/errors.ts";
import type { FileChange, Git, Remote } from "../../../src/domain/ports/git-port.ts";
import { type GitOptions, openGit } from "../../../src/git/open-git.ts";
import { type Backend, makeOrigin, startBackend } from "./backend.ts";

export const REPOSITORY = 41;
export const AUTHOR = { name: "Orion", email: "orion@example.org" };
export const AT = new Date("2026-05-01T12:00:00Z");

export interface Room {
  readonly backend: Backend;
  /** the bare repository on the server */
  readonly origin: string;
  readonly remote: Remote;
  readonly git: Git;
  readonly dir: string;
}

/** Opens the room before the tests of a file and clears it after them. */
export function useRoom(options: Partial<GitOptions> = {}): () => Room {
  let room: Room | null = null;
  beforeAll(async () => {
    const backend = await startBackend();
    const dir = mkdtempSync(path.join(tmpdir(), "orion-mirrors-"));
    const origin = makeOrigin(backend.root, "origin");
    const remote = { repositoryId: REPOSITORY, url: backend.url("origin"), token: backend.token };
    const git = openGit({ dir, allowHttpLoopback: true, ...options });
    room = { backend, origin, remote, git, dir };
  });
  afterAll(async () => {
    await room?.backend.close();
    if (room !== null) rmSync(room.dir, { recursive: true, force: true });
  });
  return () => {
    if (room === null) throw new Error("the room opens in beforeAll; ask for it inside a test");
    return room;
  };
}

export function write(file: string, text: string, mode: "100644" | "100755" = "100644"): FileChange {
  return { kind: "write", path: file, mode, bytes: Buffer.from(text) };
}

/** What a promise throws; fails when it throws nothing or something else than ours. */
export async function refusal(promise: Promise<unknown>): Promise<OrionError> {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof OrionError) return thrown;
  throw new Error(`expected an OrionError, got ${String(thrown)}`, { cause: thrown });
}

/** The rule an export was refused by. */
export async function refusedRule(promise: Promise<unknown>): Promise<unknown> {
  const error = await refusal(promise);
  if (!hasCode(error, "EXPORT_REFUSED")) throw error;
  return error.facts.rule;
}

/** Changes as short lines: `write <mode> <path> <text>` or `delete <path>`. */
export function shown(changes: readonly FileChange[]): readonly string[] {
  return changes.map((change) =>
    change.kind === "delete"
      ? `delete ${change.path}`
      : `write ${change.mode} ${change.path} ${Buffer.from(change.bytes).toString("utf8")}`,
  );
}
