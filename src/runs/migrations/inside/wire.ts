/**
 * As much of PostgreSQL's wire protocol as the proof needs: a connection over a
 * unix socket and the simple query, which takes a file as the server reads it.
 * It runs inside a sandbox, where no package is.
 * @source PostgreSQL manual, "Frontend/Backend Protocol", "Message Formats"
 */
import { connect, type Socket } from "node:net";

export type Row = readonly (string | null)[];

export interface Client {
  /** @returns the rows of the last result; at most 32 MiB of them */
  query(sql: string): Promise<readonly Row[]>;
  end(): void;
}

/** What PostgreSQL said; `position` counts characters of the query from 1. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly code: string;
  readonly position: number | null;

  constructor(code: string, message: string, position: number | null) {
    super(message);
    this.code = code;
    this.position = position;
  }
}

const PROTOCOL = 196_608;
const MAX_BYTES = 32 * 1024 * 1024;

interface Pending {
  resolve(rows: readonly Row[]): void;
  reject(error: Error): void;
}

export interface Place {
  readonly socket: string;
  readonly user: string;
  readonly database: string;
  /** settings of the session that neither database nor role can change, as `-c name=value` */
  readonly options?: string;
}

export function openClient({ socket, user, database, options = "" }: Place): Promise<Client> {
  const stream = connect(socket);
  const session = new Session(stream);
  const pairs = ["user", user, "database", database, "client_encoding", "UTF8", "options", options];
  const body = Buffer.from(`${pairs.join("\0")}\0\0`);
  stream.write(Buffer.concat([int32(body.length + 8), int32(PROTOCOL), body]));
  const client: Client = {
    query: (sql) => session.ask(message("Q", Buffer.from(`${sql}\0`))),
    end: () => stream.end(message("X", Buffer.alloc(0))),
  };
  return session.wait().then(() => client);
}

class Session {
  readonly #stream: Socket;
  #buffer: Buffer = Buffer.alloc(0);
  #pending: Pending | null = null;
  #rows: Row[] = [];
  #bytes = 0;
  #failure: ServerError | null = null;

  constructor(stream: Socket) {
    this.#stream = stream;
    const gone = () =>
      this.#settle(this.#failure ?? new ServerError("08006", "the server closed the connection", null));
    stream.on("data", (chunk: Buffer) => this.#read(chunk));
    stream.on("error", gone);
    stream.on("close", gone);
  }

  ask(bytes: Buffer): Promise<readonly Row[]> {
    const answer = this.wait();
    this.#stream.write(bytes);
    return answer;
  }

  wait(): Promise<readonly Row[]> {
    return new Promise((resolve, reject) => {
      this.#rows = [];
      this.#bytes = 0;
      this.#failure = null;
      this.#pending = { resolve, reject };
    });
  }

  #settle(error: ServerError | null): void {
    const pending = this.#pending;
    this.#pending = null;
    if (error === null) pending?.resolve(this.#rows);
    else pending?.reject(error);
  }

  #read(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    let at = 0;
    while (this.#buffer.length - at >= 5) {
      const end = at + 1 + this.#buffer.readInt32BE(at + 1);
      if (this.#buffer.length < end) break;
      this.#take(String.fromCharCode(this.#buffer[at] ?? 0), this.#buffer.subarray(at + 5, end));
      at = end;
    }
    this.#buffer = this.#buffer.subarray(at);
  }

  #take(kind: string, body: Buffer): void {
    if (kind === "T") this.#rows = [];
    else if (kind === "D") this.#keep(body);
    else if (kind === "E") this.#failure = errorOf(body);
    // COPY FROM STDIN has nothing to give
    else if (kind === "G") this.#stream.write(message("f", Buffer.from("no rows here\0")));
    else if (kind === "Z") this.#settle(this.#failure);
  }

  #keep(body: Buffer): void {
    this.#bytes += body.length;
    if (this.#bytes <= MAX_BYTES) this.#rows.push(rowOf(body));
  }
}

function rowOf(body: Buffer): Row {
  const values: (string | null)[] = [];
  let at = 2;
  for (let count = body.readInt16BE(0); count > 0; count -= 1) {
    const length = body.readInt32BE(at);
    at += 4;
    values.push(length < 0 ? null : body.toString("utf8", at, at + length));
    at += Math.max(0, length);
  }
  return values;
}

function errorOf(body: Buffer): ServerError {
  const fields = new Map(
    body
      .toString("utf8")
      .split("\0")
      .map((field) => [field[0] ?? "", field.slice(1)] as const),
  );
  const position = Number(fields.get("P"));
  return new ServerError(
    fields.get("C") ?? "XX000",
    fields.get("M") ?? "no message",
    Number.isInteger(position) && position > 0 ? position : null,
  );
}

function message(kind: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(kind), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
