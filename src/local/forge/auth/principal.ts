/**
 * Who is speaking: reads the Authorization header, for REST, GraphQL and git
 * alike. What they may do is decided in `permissions.ts`.
 */
import { createHash, timingSafeEqual, verify } from "node:crypto";
import { GithubFault } from "../fault.ts";
import type { AccountRecord, Permissions } from "../state/records.ts";
import type { World } from "../world.ts";

export type Principal =
  | { readonly kind: "anonymous" }
  | { readonly kind: "app" }
  | { readonly kind: "user"; readonly account: AccountRecord }
  | {
      readonly kind: "installation";
      readonly installationId: number;
      /** whose repositories the installation covers */
      readonly ownerId: number;
      /** null: all repositories of the installation */
      readonly repositoryIds: readonly number[] | null;
      readonly permissions: Permissions;
      readonly account: AccountRecord;
    };

const CLOCK_DRIFT_S = 60;
const JWT_LIFE_MAX_S = 600;

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * @param header `Bearer …`, `token …` or `Basic …`
 * @throws GithubFault 401 for credentials that are wrong or have ended
 */
export function principalOf(world: World, header: string | undefined): Principal {
  if (header === undefined || header === "") return { kind: "anonymous" };
  const [scheme = "", value = ""] = header.split(/\s+/, 2);
  const token = scheme.toLowerCase() === "basic" ? passwordOf(value) : value;
  if (token.split(".").length === 3 && !/^gh[a-z]_/.test(token)) {
    checkJwt(world, token);
    return { kind: "app" };
  }
  return userOf(world, token) ?? installationOf(world, token);
}

/** Git clients send the token as the password, some as the user. */
function passwordOf(basic: string): string {
  const text = Buffer.from(basic, "base64").toString("utf8");
  const colon = text.indexOf(":");
  const [user, password] = [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)];
  return password === "" || password === "x-oauth-basic" ? user : password;
}

function userOf(world: World, token: string): Principal | null {
  const given = Buffer.from(sha256(token));
  const account = world.state.accounts.find(
    (one) => one.token !== null && timingSafeEqual(Buffer.from(sha256(one.token)), given),
  );
  return account === undefined ? null : { kind: "user", account };
}

function installationOf(world: World, token: string): Principal {
  const digest = sha256(token);
  const record = world.state.tokens.find((one) => one.sha256 === digest);
  if (record === undefined || Date.parse(record.expiresAt) <= Date.now()) throw new GithubFault(401, "Bad credentials");
  const { installationId, repositoryIds, permissions } = record;
  const installation = world.state.installations.get(installationId);
  if (installation === undefined) throw new GithubFault(401, "Bad credentials");
  const ownerId = installation.accountId;
  return { kind: "installation", installationId, ownerId, repositoryIds, permissions, account: world.bot };
}

/** RS256 with the App's key; `iss` the App's id; alive, and for at most ten minutes. */
function checkJwt(world: World, token: string): void {
  const [head = "", body = "", signature = ""] = token.split(".");
  const header = parsePart(head);
  const claims = parsePart(body);
  const signed = verify(
    "RSA-SHA256",
    Buffer.from(`${head}.${body}`),
    world.app.publicKey,
    Buffer.from(signature, "base64url"),
  );
  if (header.alg !== "RS256" || !signed) {
    throw new GithubFault(401, "A JSON web token could not be decoded");
  }
  if (String(claims.iss) !== String(world.app.id)) throw new GithubFault(401, "Integration not found");
  const seconds = Date.now() / 1000;
  const issued = Number(claims.iat);
  const expires = Number(claims.exp);
  if (!(issued <= seconds + CLOCK_DRIFT_S)) {
    throw new GithubFault(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  if (!(expires > seconds)) {
    throw new GithubFault(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (expires - seconds > JWT_LIFE_MAX_S + CLOCK_DRIFT_S) {
    throw new GithubFault(401, "'Expiration time' claim ('exp') is too far in the future");
  }
}

function parsePart(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    if (typeof value === "object" && value !== null) return { ...value };
  } catch (cause) {
    throw new GithubFault(401, `A JSON web token could not be decoded: ${String(cause)}`);
  }
  throw new GithubFault(401, "A JSON web token could not be decoded");
}
