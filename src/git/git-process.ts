/**
 * The one way this house starts git: argv arrays, an environment built from
 * nothing, every configuration outside the mirror switched off. It knows no
 * repository and decides nothing about one.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { type ErrorCode, OrionError } from "../domain/errors.ts";

export interface GitCall {
  /** bare repository the call works in; discovery by directory never happens */
  readonly gitDir: string;
  readonly args: readonly string[];
  readonly input?: Uint8Array | string;
  /** added to the hardened environment, e.g. GIT_INDEX_FILE */
  readonly env?: Readonly<Record<string, string>>;
  /** must not show up in any error text */
  readonly secret?: string;
  /** exit codes that are answers, not failures; [0] unless told */
  readonly accept?: readonly number[];
  readonly deadlineMs?: number;
  /** code of the error for every other exit; GIT_FAILED unless told */
  readonly failure?: ErrorCode;
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface GitProcess {
  /**
   * Runs git to its end.
   * @throws OrionError GIT_FAILED (or `failure`), GIT_TIMEOUT, GIT_MISSING
   */
  run(call: GitCall): Promise<GitResult>;
  /** Starts git and leaves its streams to the caller, who must end it by `stopGit`. */
  start(call: Pick<GitCall, "gitDir" | "args">): ChildProcessWithoutNullStreams;
}

const SWITCHED_OFF = [
  ["core.hooksPath", "/dev/null"],
  ["core.attributesFile", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.quotePath", "false"],
  ["protocol.ext.allow", "never"],
  ["credential.helper", ""],
  // askpass would hand the token to wherever a redirect leads
  ["http.followRedirects", "false"],
  ["http.lowSpeedLimit", "1000"],
  ["http.lowSpeedTime", "60"],
  // a collection running on its own would outlive the mirror's lock
  ["gc.autoDetach", "false"],
].flatMap(([key, value]) => ["-c", `${key}=${value}`]);

const INHERITED = [
  "PATH",
  "GIT_SSL_CAINFO",
  "GIT_SSL_CAPATH",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "CURL_CA_BUNDLE",
] as const;

const DEADLINE_MS = 120_000;
const SHOWN_STDERR = 2_000;

/**
 * @param environment the process's environment; only PATH and the variables that name CA files are taken from it
 */
export function gitProcess(environment: Readonly<Record<string, string | undefined>>): GitProcess {
  const base = hardenedEnvironment(environment);
  const start: GitProcess["start"] = (call) => spawnGit(call, base);
  return { start, run: (call) => runGit(call, base) };
}

/** Ends git and the helpers it started, such as git-remote-https. */
export function stopGit(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // the group ended between the check and the signal
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function hardenedEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const inherited: Record<string, string> = { PATH: "/usr/local/bin:/usr/bin:/bin" };
  for (const name of INHERITED) {
    const value = environment[name];
    if (value !== undefined && value !== "") inherited[name] = value;
  }
  return {
    ...inherited,
    HOME: "/nonexistent",
    LC_ALL: "C",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_ALLOW_PROTOCOL: "https",
  };
}

function spawnGit(
  call: Pick<GitCall, "gitDir" | "args" | "env">,
  base: Readonly<Record<string, string>>,
): ChildProcessWithoutNullStreams {
  return spawn("git", [`--git-dir=${call.gitDir}`, ...SWITCHED_OFF, ...call.args], {
    cwd: "/",
    env: { ...base, ...call.env },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
}

function runGit(call: GitCall, base: Readonly<Record<string, string>>): Promise<GitResult> {
  const deadlineMs = call.deadlineMs ?? DEADLINE_MS;
  return new Promise((resolve, reject) => {
    const child = spawnGit(call, base);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      stopGit(child);
    }, deadlineMs);
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    let brokenPipe: Error | undefined;
    child.stdin.on("error", (error) => {
      brokenPipe = error;
    });
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(new OrionError("GIT_MISSING", "git could not be started; install git 2.39 or newer on PATH", {}, error));
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      const words = redactSecret(Buffer.concat(stderr).toString("utf8"), call.secret);
      if (late) return reject(timedOut(call, deadlineMs));
      if (code === null || !(call.accept ?? [0]).includes(code)) return reject(failed(call, code, words, brokenPipe));
      resolve({ code, stdout: Buffer.concat(stdout), stderr: words });
    });
    child.stdin.end(call.input ?? "");
  });
}

function timedOut(call: GitCall, deadlineMs: number): OrionError {
  const command = call.args[0] ?? "";
  return new OrionError(
    "GIT_TIMEOUT",
    `git ${command} ran past ${deadlineMs} ms and was ended; look at the network or the size of the repository and try again`,
    { command, deadlineMs },
  );
}

function failed(call: GitCall, code: number | null, words: string, cause: Error | undefined): OrionError {
  const command = call.args[0] ?? "";
  const shown = words.trim().slice(-SHOWN_STDERR);
  const remedy =
    call.failure === undefined
      ? "try again"
      : "check the address, the App's permissions and the network, and try again";
  return new OrionError(
    call.failure ?? "GIT_FAILED",
    `git ${command} ended with ${code ?? "a signal"}: ${shown === "" ? "(it said nothing)" : shown}; ${remedy}`,
    { command, exitCode: code },
    cause,
  );
}

/** @returns text without the secret, as it is and in the forms git and HTTP write it */
export function redactSecret(text: string, secret: string | undefined): string {
  if (secret === undefined || secret === "") return text;
  const basic = Buffer.from(`x-access-token:${secret}`).toString("base64");
  // the longest first: the others are parts of it
  const forms = [basic, encodeURIComponent(secret), Buffer.from(secret).toString("base64"), secret];
  return forms.reduce((rest, form) => rest.replaceAll(form, "[redacted]"), text);
}
