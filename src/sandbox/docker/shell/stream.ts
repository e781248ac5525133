/**
 * A process inside a container with its three streams open to the host. It
 * knows the engine's framing of stdout and stderr, and nothing of what is said.
 */
import type { Duplex } from "node:stream";
import type Docker from "dockerode";

export interface ExecRequest {
  readonly cmd: readonly string[];
  readonly user: string;
  readonly env?: readonly string[];
  readonly cwd?: string;
}

export interface Streams {
  readonly socket: Duplex;
  onStdout(listener: (chunk: Buffer) => void): void;
  onStderr(listener: (chunk: Buffer) => void): void;
  /** settles when the process is gone or the connection is; never rejects */
  readonly ended: Promise<void>;
}

/** Starts a process in a running container; stdin stays open until the caller ends the socket. */
export async function openExec(container: Docker.Container, request: ExecRequest): Promise<Streams> {
  const exec = await container.exec({
    Cmd: [...request.cmd],
    User: request.user,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    ...(request.env === undefined ? {} : { Env: [...request.env] }),
    ...(request.cwd === undefined ? {} : { WorkingDir: request.cwd }),
  });
  const socket = await exec.start({ hijack: true, stdin: true });
  return streamsOf(socket);
}

function streamsOf(socket: Duplex): Streams {
  let onStdout: (chunk: Buffer) => void = () => undefined;
  let onStderr: (chunk: Buffer) => void = () => undefined;
  const demux = demultiplexer((kind, chunk) => (kind === 2 ? onStderr(chunk) : onStdout(chunk)));
  socket.on("data", demux);
  const ended = new Promise<void>((resolve) => {
    // A broken connection is an end like any other: whoever waits asks the engine what happened.
    socket.on("error", () => resolve());
    socket.on("end", () => resolve());
    socket.on("close", () => resolve());
  });
  return {
    socket,
    ended,
    onStdout: (listener) => {
      onStdout = listener;
    },
    onStderr: (listener) => {
      onStderr = listener;
    },
  };
}

const HEADER_BYTES = 8;

/**
 * @returns a sink for the raw stream: frames of one kind byte, three zero bytes, a big-endian length, the payload
 * @source Docker Engine API, "Attach to a container", stream format
 */
export function demultiplexer(emit: (kind: number, chunk: Buffer) => void): (chunk: Buffer) => void {
  let header = Buffer.alloc(0);
  let kind = 0;
  let missing = 0;
  return (chunk) => {
    let rest = chunk;
    while (rest.byteLength > 0) {
      if (missing > 0) {
        const payload = rest.subarray(0, missing);
        missing -= payload.byteLength;
        rest = rest.subarray(payload.byteLength);
        emit(kind, payload);
        continue;
      }
      const taken = rest.subarray(0, HEADER_BYTES - header.byteLength);
      header = Buffer.concat([header, taken]);
      rest = rest.subarray(taken.byteLength);
      if (header.byteLength < HEADER_BYTES) return;
      kind = header.readUInt8(0);
      missing = header.readUInt32BE(4);
      header = Buffer.alloc(0);
    }
  };
}
