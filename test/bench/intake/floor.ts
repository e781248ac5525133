/**
 * The floor: node:http, one HMAC over the raw body, one insert of the payload,
 * in its own process. No job is queued and nothing is checked.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { doorFacts } from "./door.ts";

const { connectionString, secret } = doorFacts();
const pool = new pg.Pool({ connectionString, max: 10 });
await pool.query("CREATE TABLE IF NOT EXISTS floor_delivery (guid text PRIMARY KEY, event text, payload json)");

const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts);
  const signed = Buffer.from(`sha256=${createHmac("sha256", secret).update(body).digest("hex")}`);
  const given = Buffer.from(String(request.headers["x-hub-signature-256"]));
  if (given.length !== signed.length || !timingSafeEqual(given, signed)) return response.writeHead(400).end();
  const row = [request.headers["x-github-delivery"], request.headers["x-github-event"], body.toString()];
  await pool.query("INSERT INTO floor_delivery VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", row);
  return response.writeHead(202).end();
});
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
