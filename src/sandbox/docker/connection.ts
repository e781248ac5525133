/**
 * How an engine is reached. It reads no environment: whoever wires Orion turns
 * DOCKER_HOST and its certificates into a DockerConnection.
 */
import Docker from "dockerode";
import { OrionError } from "../../domain/errors.ts";

export interface DockerTls {
  /** PEM text */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export type DockerConnection =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number; readonly tls: DockerTls | null };

const DEFAULT_SOCKET = "/var/run/docker.sock";

/**
 * @param dockerHost as in DOCKER_HOST: `unix:///path`, `tcp://host:port`; null for the machine's own engine
 * @param tls needed for an engine on another machine
 * @throws OrionError DOCKER_HOST for any other spelling, ssh:// among them
 */
export function dockerConnection(dockerHost: string | null, tls: DockerTls | null = null): DockerConnection {
  if (dockerHost === null || dockerHost === "") return { kind: "socket", path: DEFAULT_SOCKET };
  if (dockerHost.startsWith("unix://")) {
    return { kind: "socket", path: dockerHost.slice("unix://".length) || DEFAULT_SOCKET };
  }
  if (dockerHost.startsWith("ssh://")) {
    throw new OrionError(
      "DOCKER_HOST",
      "ssh:// is not supported; forward the engine's socket with ssh -N -L /run/orion.sock:/var/run/docker.sock <machine> and set DOCKER_HOST=unix:///run/orion.sock (docs/sandbox-machine.md)",
      { dockerHost },
    );
  }
  const tcp = /^(?:tcp|https?):\/\/(\[[0-9a-fA-F:]+\]|[^:/]+)(?::(\d+))?\/?$/.exec(dockerHost);
  const host = tcp?.[1];
  if (host === undefined) {
    throw new OrionError(
      "DOCKER_HOST",
      `${JSON.stringify(dockerHost)} names no engine; use unix:///path or tcp://host:port`,
      {
        dockerHost,
      },
    );
  }
  return { kind: "tcp", host, port: Number(tcp?.[2] ?? (tls === null ? 2375 : 2376)), tls };
}

/**
 * A client of the engine; nothing is opened before the first call.
 * @param timeoutMs after which a silent engine is given up; 0 for never, as streams need it
 */
export function connectDocker(connection: DockerConnection, timeoutMs = 0): Docker {
  // An empty host and an explicit protocol keep the library from reading DOCKER_HOST itself.
  if (connection.kind === "socket") {
    return new Docker({ host: "", socketPath: connection.path, protocol: "http", timeout: timeoutMs });
  }
  const { host, port, tls } = connection;
  if (tls === null) return new Docker({ host, port, protocol: "http", timeout: timeoutMs });
  return new Docker({ host, port, protocol: "https", ca: tls.ca, cert: tls.cert, key: tls.key, timeout: timeoutMs });
}

const ANSWER_MS = 3_000;

/** @returns why no engine answers there within three seconds, certificates included; null when one does */
export async function dockerTrouble(connection: DockerConnection): Promise<unknown> {
  try {
    await connectDocker(connection, ANSWER_MS).ping();
    return null;
  } catch (error) {
    return error;
  }
}

/** @returns true when an engine answers there within three seconds */
export async function dockerAnswers(connection: DockerConnection): Promise<boolean> {
  return (await dockerTrouble(connection)) === null;
}

/** Who reaches an engine is root on its machine: without certificates only this machine may. */
export function isOpenToAll(connection: DockerConnection): boolean {
  if (connection.kind === "socket" || connection.tls !== null) return false;
  return !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(connection.host);
}

/** @returns the HTTP status of an engine's refusal; null for anything else */
export function engineStatus(error: unknown): number | null {
  if (!(error instanceof Error) || !("statusCode" in error)) return null;
  return typeof error.statusCode === "number" ? error.statusCode : null;
}
