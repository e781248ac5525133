/**
 * Where agents act and witnesses run. Content goes in and comes out as tar
 * streams; a sandbox shares no file with the host and holds no secret.
 */

/** Compilers that Orion's own image is too large with: it is had with each of them, built when first needed. */
export type Toolchain = "go" | "rust";

/** How a repository is installed, see `.github/orion.yml`. */
export interface SandboxSetup {
  /** image to start from; null for Orion's own sandbox image */
  readonly image: string | null;
  /** what Orion's own image must hold besides; has no meaning for another image */
  readonly toolchain?: Toolchain | null;
  /** shell lines, run in order in the workspace with network; [] when nothing is to install */
  readonly commands: readonly string[];
  /** same key ⇒ same dependencies: [0-9a-f]{64} */
  readonly key: string;
}

/** A set-up that was done once and is kept; opaque to everyone but the home that made it. */
export interface PreparedSetup {
  readonly key: string;
  readonly reference: string;
}

export type TarSource = () => AsyncIterable<Uint8Array>;

export interface ExecOptions {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ExecResult {
  /** null when the command was killed: by deadline, by signal, for memory */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly outOfMemory: boolean;
  /** stdout and stderr as they came, interleaved, UTF-8, at most 2 MiB (head and tail kept) */
  readonly output: string;
  readonly durationMs: number;
}

export interface Sandbox {
  readonly name: string;
  /** absolute path of the workspace inside */
  readonly workdir: string;
  /**
   * Runs argv in the workspace, non-interactive, without network.
   * @throws OrionError SANDBOX_GONE when the sandbox no longer exists
   */
  exec(argv: readonly string[], options: ExecOptions): Promise<ExecResult>;
  /** @returns the bytes, or null when there is no such regular file (links are not followed out of the workspace) */
  readFile(path: string): Promise<Uint8Array | null>;
  /** Creates parents; path is relative to the workspace. */
  writeFile(path: string, bytes: Uint8Array): Promise<void>;
  /** The whole workspace as a tar stream, entries relative to it; dependency links left out. The sandbox stands still meanwhile. */
  export(): AsyncIterable<Uint8Array>;
  /** Removes it and all it held; idempotent. */
  close(): Promise<void>;
}

export interface OpenSandbox {
  /** unique, [a-z0-9-]; the same name finds the same sandbox again */
  readonly name: string;
  readonly runId: string;
  readonly prepared: PreparedSetup | null;
  /** fills an empty workspace */
  readonly content: TarSource;
}

export interface SandboxHome {
  readonly kind: "docker" | "process";
  /**
   * Runs the set-up once a key; later calls return at once.
   * @throws OrionError SETUP_FAILED with the command and the tail of its output
   */
  prepare(setup: SandboxSetup, content: TarSource, signal?: AbortSignal): Promise<PreparedSetup>;
  /** A fresh sandbox; an older one of the same name is removed first. */
  open(request: OpenSandbox): Promise<Sandbox>;
  /** The living sandbox of that name, or null. */
  find(name: string): Promise<Sandbox | null>;
  /** Removes every sandbox of this home whose run is not in `keepRuns`; returns how many. */
  sweep(keepRuns: ReadonlySet<string>): Promise<number>;
  /** Ends what the home holds open; sandboxes of running work stay. */
  stop(): Promise<void>;
}
