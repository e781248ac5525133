/** T5: twelve secrets as they are in use, and eight forms in which one may go out. None is real. */

// built at run time, so that no scanner takes this file for a leak
export const long = (length: number) => "a1B2c3D4e5F6g7H8i9J0".repeat(10).slice(0, length);
const jwt = `eyJ${long(20)}.eyJ${long(40)}.${long(43)}-_x`;

export const SECRETS: Record<string, string> = {
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

export const FORMS: Record<string, (secret: string) => string> = {
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
export function stretches(form: string): string[] {
  const core = form.replace(/^\{"secret":"|"\}$/g, "");
  return [0, 0.25, 0.5, 0.75].map((part) =>
    core.slice(Math.floor(core.length * part), Math.floor(core.length * part) + 12),
  );
}
