/** Are the secrets strong, and is each what it should be? Pure; no finding ever quotes one. */
import type { Finding } from "./findings.ts";

export interface SecretFacts {
  readonly webhookSecret: string | undefined;
  readonly privateKey: string | undefined;
  readonly databaseUrl: string | undefined;
}

const SECRET_CHARS = 32;
const LEAST_DIFFERENT = 10;
const WEAK_PASSWORDS = ["", "postgres", "password", "orion", "admin", "secret", "changeme"];

export function judgeSecrets({ webhookSecret, privateKey, databaseUrl }: SecretFacts): readonly Finding[] {
  return [
    finding(
      "WEBHOOK_SECRET",
      webhookFault(webhookSecret),
      "make one with `openssl rand -hex 32`, set it as WEBHOOK_SECRET and as the webhook secret on the App's page",
    ),
    finding(
      "PRIVATE_KEY",
      privateKey === undefined ? "is not set" : null,
      "on the App's page: Generate a private key; set the file's text, or its base64, as PRIVATE_KEY",
    ),
    finding(
      "DATABASE_URL",
      databaseFault(databaseUrl),
      "give the database's user a password drawn by `openssl rand -hex 24` and put it into DATABASE_URL",
    ),
  ];
}

function finding(what: string, fault: string | null, remedy: string): Finding {
  return fault === null
    ? { what, well: true, says: "strong", remedy: null }
    : { what, well: false, says: fault, remedy };
}

function webhookFault(secret: string | undefined): string | null {
  if (secret === undefined) return "is not set";
  if (secret.length < SECRET_CHARS) return `has ${secret.length} characters, fewer than ${SECRET_CHARS}`;
  return new Set(secret).size < LEAST_DIFFERENT ? "repeats few characters" : null;
}

/** A database on this machine is guarded by the machine. */
function databaseFault(url: string | undefined): string | null {
  if (url === undefined) return "is not set";
  const { hostname, password } = new URL(url);
  if (["", "localhost", "127.0.0.1", "[::1]"].includes(hostname)) return null;
  return WEAK_PASSWORDS.includes(decodeURIComponent(password).toLowerCase()) ? "has a password anybody guesses" : null;
}
