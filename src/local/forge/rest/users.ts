/**
 * People, and what the server says of itself.
 */
import { notFound } from "../fault.ts";
import { type Route, route } from "./route.ts";
import { accountByLogin, publicUserShape } from "./shape/account.ts";

/** The forge counts nothing; clients that ask are told there is plenty. */
const LIMIT = 15_000;
const HOUR_S = 3_600;

export const userRoutes: readonly Route[] = [
  route("users/get-authenticated", "user", ({ world, principal }) => {
    if (principal.kind !== "user") throw notFound();
    return { status: 200, body: publicUserShape(world, principal.account) };
  }),
  route("users/get-by-username", "anyone", ({ world, path }) => {
    const account = accountByLogin(world, path.username);
    if (account === undefined) throw notFound();
    return { status: 200, body: publicUserShape(world, account) };
  }),
  route("rate-limit/get", "anyone", () => {
    const limit = { limit: LIMIT, remaining: LIMIT, used: 0, reset: Math.floor(Date.now() / 1000) + HOUR_S };
    return { status: 200, body: { resources: { core: limit, search: limit, graphql: limit }, rate: limit } };
  }),
  route("meta/get", "anyone", () => ({
    status: 200,
    body: {
      verifiable_password_authentication: false,
      hooks: ["127.0.0.0/8"],
      web: ["127.0.0.0/8"],
      git: ["127.0.0.0/8"],
    },
  })),
];
