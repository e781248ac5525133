/** T5: 12 secrets × 8 encodings × 5 ways out, through the code that puts them there; no stretch of any may be left. */
import nock from "nock";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { storedTurn } from "../../../src/agents/stored-turn.ts";
import { describeError, OrionError } from "../../../src/domain/errors.ts";
import type { TurnRecord } from "../../../src/domain/ports/store-port.ts";
import { githubApp } from "../../../src/github/github-app.ts";
import { liveRedactor, REDACTED } from "../../../src/policy/redaction.ts";
import { safe } from "../../../src/runs/words/safe.ts";
import { check, pull } from "../../github/answers.ts";
import { KEY } from "../../github/app-key.ts";
import { FORMS, SECRETS, stretches } from "./secrets.ts";

const API = "https://api.github.com";
const REPOSITORY = { id: 900, installationId: 77, owner: "acme", name: "web" };
// half of them are known from the start, the others are learnt, as minted tokens are
const known = Object.values(SECRETS).filter((_, index) => index % 2 === 0);
const { clean, learn } = liveRedactor(known);
for (const secret of Object.values(SECRETS)) if (!known.includes(secret)) learn(secret);

let sent: string[] = [];
const { github } = githubApp({
  ...{ appId: 42, privateKey: KEY, webhookSecret: "a-secret-of-at-least-32-characters!", baseUrl: API, clean },
  onSecret: () => {},
});

beforeAll(() => {
  nock.disableNetConnect();
  const keep = (reply: object) => async (request: Request) => {
    sent.push(await request.text());
    return reply;
  };
  const api = () => nock(API).persist();
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  api()
    .post(/access_tokens$/)
    .reply(201, { token: "ghs_42_token", expires_at });
  api()
    .post(/comments$/)
    .reply(201, keep({ id: 1 }));
  api()
    .post(/pulls$/)
    .reply(201, keep(pull));
  api()
    .get(/check-runs/)
    .reply(200, { total_count: 0, check_runs: [] });
  api()
    .post(/check-runs$/)
    .reply(201, keep({ id: 9 }));
});
afterAll(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

const posted = async (post: () => Promise<unknown>): Promise<string> => {
  sent = [];
  await post();
  return sent.join("\n");
};
const turnOf = (words: string): TurnRecord => ({
  ...{ runId: "r", role: "green", thread: "green", ordinal: 1, text: words, costUsd: null, model: "m" },
  calls: [{ id: "c", name: "bash", arguments: JSON.stringify({ command: `echo ${words}`, n: [words] }) }],
  raw: [{ type: "message", content: [{ text: words }], encrypted_content: "gAAAA" }],
  ...{ results: [words], notes: [words], usage: { inputTokens: 0, cachedTokens: 0, outputTokens: 0 } },
});

/** Each gives everything that leaves. */
const WAYS_OUT: Readonly<Record<string, (words: string) => Promise<string>>> = {
  "a comment": (words) => posted(() => github.createComment(REPOSITORY, 7, words)),
  "a pull request": (words) =>
    posted(() =>
      github.openPull(REPOSITORY, { head: "feature/x", base: "main", title: words, body: words, draft: true }),
    ),
  "a check": (words) =>
    posted(() =>
      github.putCheck(REPOSITORY, {
        ...check,
        title: words,
        summary: words,
        annotations: [{ path: "a.ts", line: 1, level: "notice", title: words, message: words }],
      }),
    ),
  "the log": async (words) => clean(describeError(new OrionError("MODEL_REFUSED", words))),
  "a stored turn": async (words) => JSON.stringify(storedTurn(turnOf(words), clean)),
};

let tried = 0;

describe("a secret", () => {
  for (const [out, leave] of Object.entries(WAYS_OUT)) {
    it.each(Object.entries(FORMS))(`does not leave by ${out} as %s`, async (how, form) => {
      for (const secret of Object.values(SECRETS)) {
        const written = form(secret);
        const left = await leave(`before ${written} after`);
        expect(left).toContain(REDACTED);
        const parts = how === "base64 of more" ? stretches(written).slice(1, 3) : stretches(written);
        for (const part of parts) {
          expect(left).not.toContain(part);
          expect(left).not.toContain(JSON.stringify(part).slice(1, -1));
        }
        tried += 1;
      }
    });
  }

  it("was tried in all the cases of T5", () => expect(tried).toBe(12 * 8 * 5));

  it("is known again where words were made safe for a comment before", () => {
    for (const secret of Object.values(SECRETS).filter((one) => !/[\s<>&]/.test(one)))
      for (const part of stretches(secret)) expect(clean(safe(clean(`it is ${secret}`)))).not.toContain(part);
  });
});

describe("a stored turn", () => {
  it("is kept byte for byte where it holds no secret, and stays what it was where it does", () => {
    const plain = { ...turnOf("nothing"), calls: [{ id: "c", name: "bash", arguments: '{ "command":  "ls" }' }] };
    expect(storedTurn(plain, clean)).toEqual(plain);
    const key = SECRETS["a private key"] ?? "";
    const [call] = storedTurn(turnOf(key.slice(0, 80)), clean).calls;
    expect(JSON.parse(call?.arguments ?? "")).toEqual({ command: `echo ${REDACTED}`, n: [REDACTED] });
  });

  it("leaves alone what the provider sealed, and takes what is no JSON for a text", () => {
    const [secret = ""] = known;
    const sealed = {
      ...turnOf("x"),
      raw: [{ encrypted_content: secret }],
      calls: [{ id: "c", name: "b", arguments: `{${secret}` }],
    };
    expect(storedTurn(sealed, clean)).toMatchObject({ raw: sealed.raw, calls: [{ arguments: `{${REDACTED}` }] });
  });
});
