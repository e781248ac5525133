/**
 * A repository whose tests speak to PostgreSQL, with a client of their own:
 * nothing is installed, and parameters travel apart from their statement.
 */
import type { Files } from "./memory-git.ts";

const CLIENT = String.raw`
import { connect } from "node:net";
const int32 = (n) => { const b = Buffer.alloc(4); b.writeInt32BE(n); return b; };
const int16 = (n) => { const b = Buffer.alloc(2); b.writeInt16BE(n); return b; };
const message = (kind, ...parts) => { const body = Buffer.concat(parts); return Buffer.concat([Buffer.from(kind), int32(body.length + 4), body]); };
export async function ask(sql, values = [], address = process.env.DATABASE_URL) {
  if (address === undefined) throw new Error("no DATABASE_URL");
  const { hostname, port, username, pathname } = new URL(address);
  const socket = connect(Number(port), hostname);
  const pairs = Buffer.from(["user", username, "database", pathname.slice(1)].join("\0") + "\0\0");
  socket.write(Buffer.concat([int32(pairs.length + 8), int32(196608), pairs]));
  const parameters = values.map((v) => Buffer.concat([int32(Buffer.byteLength(v)), Buffer.from(v)]));
  socket.write(Buffer.concat([
    message("P", Buffer.from("\0" + sql + "\0"), int16(0)),
    message("B", Buffer.from("\0\0"), int16(0), int16(values.length), ...parameters, int16(0)),
    message("E", Buffer.from("\0"), int32(0)),
    message("S"),
  ]));
  let all = Buffer.alloc(0);
  const rows = [];
  let ready = 0;
  for await (const chunk of socket) {
    all = Buffer.concat([all, chunk]);
    while (all.length >= 5 && all.length >= 1 + all.readInt32BE(1)) {
      const kind = String.fromCharCode(all[0]);
      const body = all.subarray(5, 1 + all.readInt32BE(1));
      all = all.subarray(1 + all.readInt32BE(1));
      if (kind === "E") throw new Error(body.toString().split("\0").find((field) => field.startsWith("M"))?.slice(1));
      if (kind === "D") {
        const row = [];
        for (let at = 2, n = body.readInt16BE(0); n > 0; n -= 1) {
          const length = body.readInt32BE(at);
          row.push(length < 0 ? null : body.toString("utf8", at + 4, at + 4 + length));
          at += 4 + Math.max(0, length);
        }
        rows.push(row);
      }
      if (kind === "Z" && (ready += 1) === 2) { socket.end(); return rows; }
    }
  }
  throw new Error("closed");
}
`;

export const INIT = "prisma/migrations/20250101000000_init/migration.sql";
export const NEXT = "prisma/migrations/20250202000000_next/migration.sql";
const TEST = `
import assert from "node:assert/strict";
import test from "node:test";
import { ask } from "../db.js";
test("a pet is kept and found", async () => {
  await ask("DELETE FROM pets");
  await ask("INSERT INTO pets (name, kind) VALUES ($1, $2)", ["Rex's", "dog"]);
  assert.deepEqual(await ask("SELECT name, kind FROM pets WHERE name = $1", ["Rex's"]), [["Rex's", "dog"]]);
  assert.deepEqual((await ask("SELECT * FROM pets"))[0].slice(1, 3), ["Rex's", "dog"]);
});
test("pets are counted", async () => {
  assert.equal((await ask("SELECT count(*) FROM pets"))[0].length, 1);
});
`;

export const PROJECT: Files = {
  "package.json": '{ "name": "pets", "type": "module", "scripts": { "test": "node --test" } }\n',
  "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
  [INIT]:
    "CREATE TABLE pets (id serial PRIMARY KEY, name text NOT NULL, kind text NOT NULL, born timestamptz DEFAULT now());\n",
  "db.js": CLIENT,
  "test/pets.test.js": TEST,
};
