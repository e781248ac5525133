/**
 * The GitHub App on Probot 14: Probot signs as the App and checks signatures,
 * its octokit makes the calls. What a call means stands in the files beside this.
 */
import { Probot } from "probot";
import { OrionError } from "../domain/errors.ts";
import type { GitHub } from "../domain/ports/github-port.ts";
import type { Hooks } from "../domain/ports/hook-port.ts";
import type { Reviews } from "../domain/ports/threads-port.ts";
import { hooks } from "./app/hooks.ts";
import { type AppHealth, appHealth } from "./app-health.ts";
import { createCalls, fetchWithin, PatientlessOctokit } from "./calls.ts";
import { checks } from "./checks.ts";
import { conversation } from "./conversation.ts";
import { merges } from "./merges.ts";
import { pulls } from "./pulls.ts";
import { search } from "./search.ts";
import { threads } from "./threads.ts";
import { createTokens } from "./tokens.ts";
import { webBaseOf } from "./web-base.ts";

export interface GitHubAppOptions {
  readonly appId: number;
  /** PEM */
  readonly privateKey: string;
  /** at least 32 characters */
  readonly webhookSecret: string;
  /** base of the REST API: `https://api.github.com`, `https://<host>/api/v3` */
  readonly baseUrl: string;
  /** where repositories are cloned from; taken from `baseUrl` when not given */
  readonly gitBaseUrl?: string;
  /** every text that goes out passes it */
  readonly clean: (text: string) => string;
  /** told every token that is minted, before it is used */
  readonly onSecret: (secret: string) => void;
  /** asked before content is created on an installation: 0 to go on, else milliseconds to wait; without it nothing waits */
  readonly pace?: (installationId: number) => Promise<number>;
  readonly retryDelaysMs?: readonly number[];
  readonly timeoutMs?: number;
}

export interface GitHubApp {
  readonly probot: Probot;
  readonly github: GitHub & Reviews;
  /** where people read repositories, e.g. `https://github.com` */
  readonly webUrl: string;
  readonly health: AppHealth;
  readonly hooks: Hooks;
  /** True when `signature` (`sha256=…`) is GitHub's over exactly this body; compared in constant time. */
  readonly verify: (body: string, signature: string) => Promise<boolean>;
  /** Signs as the App, without asking GitHub. @throws OrionError APP_KEY when the key cannot sign */
  readonly sign: () => Promise<void>;
}

const SECRET_MIN = 32;

/** @throws OrionError WEAK_WEBHOOK_SECRET: Probot alone would fall back to a known one */
export function githubApp(options: GitHubAppOptions): GitHubApp {
  if (options.webhookSecret.length < SECRET_MIN) {
    throw new OrionError(
      "WEAK_WEBHOOK_SECRET",
      `the webhook secret has ${options.webhookSecret.length} characters; set one of at least ${SECRET_MIN}`,
      { length: options.webhookSecret.length },
    );
  }
  const timeoutMs = options.timeoutMs ?? 20_000;
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const probot = new Probot({
    appId: options.appId,
    privateKey: options.privateKey,
    secret: options.webhookSecret,
    baseUrl,
    Octokit: PatientlessOctokit,
    request: { fetch: fetchWithin(timeoutMs) },
    logLevel: "error",
    logFormat: "json",
  });
  const tokens = createTokens(() => probot.auth(), options.onSecret);
  const retryDelaysMs = options.retryDelaysMs ?? [250, 1_000, 3_000];
  const calls = createCalls(probot, tokens, {
    baseUrl,
    retryDelaysMs,
    timeoutMs,
    pace: options.pace ?? (async () => 0),
  });
  const { appId, clean } = options;
  const talk = conversation(calls, appId, clean);
  return {
    probot,
    webUrl: options.gitBaseUrl ?? webBaseOf(baseUrl),
    github: {
      ...talk,
      ...threads(calls, { appId, clean, ownLogin: async () => `${await talk.appSlug()}[bot]` }),
      ...pulls(calls, options.gitBaseUrl ?? webBaseOf(baseUrl), clean),
      ...merges(calls),
      ...checks(calls, appId, clean),
      ...search(calls),
    },
    health: appHealth(calls, (id) => probot.auth(id)),
    hooks: hooks(calls),
    async sign() {
      try {
        await (await probot.auth()).auth({ type: "app" });
      } catch (cause) {
        throw new OrionError("APP_KEY", "PRIVATE_KEY cannot sign; take the App's key as GitHub gave it", {}, cause);
      }
    },
    async verify(body, signature) {
      if (body === "" || signature === "") return false;
      return (await probot.ready()).webhooks.verify(body, signature);
    },
  };
}
