/**
 * Accounts as GitHub shows them: people, bots, organizations.
 */
import { GithubFault } from "../../fault.ts";
import { nodeId } from "../../state/node-id.ts";
import type { AccountRecord } from "../../state/records.ts";
import type { World } from "../../world.ts";
import { apiUrl, type Schemas } from "./schemas.ts";

export function userShape(world: World, account: AccountRecord): Schemas["simple-user"] {
  const url = apiUrl(world, `/users/${encodeURIComponent(account.login)}`);
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type === "Bot" ? "bot" : "account", account.id),
    avatar_url: `${world.url()}/avatars/${account.id}`,
    gravatar_id: "",
    url,
    html_url: `${world.url()}/${encodeURIComponent(account.login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
    user_view_type: "public",
  };
}

export function publicUserShape(world: World, account: AccountRecord): Schemas["public-user"] {
  return {
    ...userShape(world, account),
    name: account.login,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: world.state.repositories.where((one) => one.ownerId === account.id).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  };
}

/** @throws GithubFault 404 when nobody has this id */
export function accountById(world: World, id: number): AccountRecord {
  const account = world.state.accounts.get(id);
  if (account === undefined) throw new GithubFault(404, `Not Found: account ${id}`);
  return account;
}

export function accountByLogin(world: World, login: string): AccountRecord | undefined {
  const wanted = login.toLowerCase();
  return world.state.accounts.find((one) => one.login.toLowerCase() === wanted);
}

export function userById(world: World, id: number): Schemas["simple-user"] {
  return userShape(world, accountById(world, id));
}
