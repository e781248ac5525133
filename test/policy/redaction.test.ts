import { describe, expect, it } from "vitest";
import { liveRedactor, REDACTED, redactor } from "../../src/policy/redaction.ts";

// built at run time, so that no scanner takes this file for a leak
const long = (length: number) => "a1B2c3D4e5F6g7H8i9J0".repeat(10).slice(0, length);
const jwt = `eyJ${long(20)}.eyJ${long(40)}.${long(43)}-_x`;

const SECRETS: Record<string, string> = {
  "an installation token": `ghs_123456_${jwt}`,
  "an old installation token": `ghs_${long(36)}`,
  "a personal token": `ghp_${long(36)}`,
  "a fine-grained token": `github_pat_${long(22)}_${long(59)}`,
  "a model key": `sk-proj-${long(48)}`,
  "an npm token": `npm_${long(36)}`,
  "a Slack token": `xoxb-1234567890-${long(24)}`,
  "a Render key": `rnd_${long(28)}`,
  "a webhook secret": `w3bh00k&"s<e>cr/et+${long(16)}=`,
  "a database address": `postgres://orion:p%40ss-${long(12)}@db.example.com:5432/orion`,
  "a private key": `-----BEGIN RSA PRIVATE KEY-----\n${`${long(64)}\n`.repeat(3)}-----END RSA PRIVATE KEY-----`,
  "a password in words": "correct horse battery staple",
};

const FORMS: Record<string, (secret: string) => string> = {
  itself: (secret) => secret,
  base64: (secret) => Buffer.from(secret).toString("base64"),
  base64url: (secret) => Buffer.from(secret).toString("base64url"),
  hex: (secret) => Buffer.from(secret).toString("hex"),
  "an encoded address": (secret) => encodeURIComponent(secret),
  reverse: (secret) => [...secret].reverse().join(""),
  JSON: (secret) => JSON.stringify({ secret }),
  "base64 of more": (secret) => Buffer.from(`key=${secret};`).toString("base64"),
};

/** What must not be left: any long stretch of the form. */
function stretches(form: string): string[] {
  const core = form.replace(/^\{"secret":"|"\}$/g, "");
  return [0, 0.25, 0.5, 0.75].map((part) =>
    core.slice(Math.floor(core.length * part), Math.floor(core.length * part) + 12),
  );
}

describe("redaction of known values", () => {
  const clean = redactor(Object.values(SECRETS));
  for (const [name, secret] of Object.entries(SECRETS)) {
    for (const [how, form] of Object.entries(FORMS)) {
      it(`takes out ${name} as ${how}`, () => {
        const out = clean(`before ${form(secret)} after`);
        expect(out).toContain(REDACTED);
        expect(out.startsWith("before ")).toBe(true);
        expect(out.endsWith(" after")).toBe(true);
        const middle = how === "base64 of more" ? stretches(form(secret)).slice(1, 3) : stretches(form(secret));
        for (const stretch of middle) expect(out).not.toContain(stretch);
      });
    }
  }

  it("finds a value though escapes or unseen characters stand in it", () => {
    const secret = "w3bh00k_secret*value";
    expect(redactor([secret])("it is w3bh00k\\_secret\\*va\u200Blue.")).toBe(`it is ${REDACTED}.`);
  });

  it("leaves short values alone: they are words", () => {
    expect(redactor(["orion", ""])("orion works")).toBe("orion works");
  });

  it("learns a token while it lives, and forgets none of the first", () => {
    const live = liveRedactor(["first-secret-value"]);
    expect(live.clean("minted-later-value")).toBe("minted-later-value");
    live.learn("minted-later-value");
    expect(live.clean("first-secret-value minted-later-value")).toBe(`${REDACTED} ${REDACTED}`);
  });
});

describe("redaction by shape", () => {
  const clean = redactor([]);
  const shaped = Object.entries(SECRETS).filter(([name]) => !/webhook|words/.test(name));

  it.each(shaped)("takes out %s nobody told us of", (_, secret) => {
    const out = clean(`before ${secret} after`);
    expect(out).toContain(REDACTED);
    const hushed = secret.startsWith("postgres") ? ["p%40ss", long(12)] : stretches(secret).slice(1);
    for (const stretch of hushed) expect(out).not.toContain(stretch);
  });

  it("keeps the host of an address and drops its password", () => {
    expect(clean("https://user:hunter22@example.com/x")).toBe(`https://user:${REDACTED}@example.com/x`);
  });

  it("takes out what follows an Authorization header", () => {
    expect(clean("Authorization: Bearer abcdef123456")).toBe(`Authorization: Bearer ${REDACTED}`);
  });

  it("takes out a key that was cut off", () => {
    expect(clean(`-----BEGIN PRIVATE KEY-----\n${long(60)}`)).toBe(REDACTED);
  });

  it.each(["a.", "eyJ-", "sk-", "postgres://a:", "authorization: bearer ", "xoxb-", "-----BEGIN "])(
    "is done at once with a long text of %j",
    (unit) => {
      const begun = performance.now();
      clean(unit.repeat(240_000 / unit.length));
      // each of these took a minute when every start looked to the end of the text
      expect(performance.now() - begun).toBeLessThan(5_000);
    },
  );

  it.each([
    "The task-list-of-something-very-long stays",
    "Call npm_config or npm run test",
    "sha 3f786850e387550fdaba39d0e9f2b7a2b3c4d5e6",
    "http://127.0.0.1:8080/a@b",
    "git@github.com:owner/name.git",
    "eyJ is how a token begins",
    "A sk-learn-model-with-a-long-name",
  ])("keeps %j as it is", (text) => {
    expect(clean(text)).toBe(text);
  });
});
