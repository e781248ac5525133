/**
 * One GET to a public address. The address that was judged is the one that is
 * connected to, so a name that resolves anew cannot lead inside (DNS rebinding).
 */
import { lookup as systemLookup } from "node:dns";
import { type RequestOptions, request } from "node:https";
import type { LookupFunction } from "node:net";
import { isIP } from "node:net";
import { OrionError } from "../../domain/errors.ts";
import { textOfHtml } from "./html-text.ts";
import { isPublicAddress } from "./public-address.ts";

const MOST_REDIRECTS = 3;
const MOST_BYTES = 512 * 1024;
const MOST_CHARS = 20_000;
const TEXT = /^(text\/|application\/(json|xml|xhtml\+xml|[\w.+-]+\+(json|xml)))/i;

export interface PublicFetchOptions {
  readonly signal: AbortSignal;
  /** resolves names; the system's unless a test says otherwise */
  readonly lookup?: LookupFunction;
  /** whether an address may be connected to */
  readonly allowed?: (address: string) => boolean;
  /** more of a TLS connection, for a test's own server */
  readonly tls?: Pick<RequestOptions, "ca">;
}

/**
 * @param url https; redirects are followed under the same rules
 * @returns at most 20,000 characters of text, tags of HTML taken out
 * @throws OrionError URL_REFUSED, FETCH_FAILED
 */
export async function fetchPublic(url: string, options: PublicFetchOptions): Promise<string> {
  let at = new URL(url);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const reply = await get(at, options);
    if (reply.kind === "text") return reply.text;
    at = new URL(reply.location, at);
  }
  throw new OrionError("FETCH_FAILED", `${url} redirects more than ${MOST_REDIRECTS} times`);
}

type Reply =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "redirect"; readonly location: string };

function get(
  url: URL,
  { signal, lookup = systemLookup, allowed = isPublicAddress, tls }: PublicFetchOptions,
): Promise<Reply> {
  if (url.protocol !== "https:" || url.username !== "" || url.password !== "")
    throw new OrionError("URL_REFUSED", `${url.origin} is not fetched: https without a user only`);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !allowed(host)) throw inside(host);
  return new Promise((resolve, reject) => {
    const headers = { accept: "text/*, application/json", "user-agent": "codemaestro" };
    const asked = request(
      url,
      { ...tls, agent: false, signal, headers, lookup: guarded(lookup, allowed) },
      (response) => {
        const { statusCode = 0, headers: told } = response;
        if (statusCode >= 300 && statusCode < 400 && told.location !== undefined) {
          response.destroy();
          return resolve({ kind: "redirect", location: told.location });
        }
        const type = told["content-type"] ?? "";
        if (statusCode !== 200 || !TEXT.test(type)) {
          response.destroy();
          const why = statusCode === 200 ? `is ${type || "of no type"}, not text` : `answered ${statusCode}`;
          return reject(new OrionError("FETCH_FAILED", `${url.href} ${why}`));
        }
        let size = 0;
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size <= MOST_BYTES) return void chunks.push(chunk);
          response.destroy(new OrionError("FETCH_FAILED", `${url.href} is larger than ${MOST_BYTES} bytes`));
        });
        response.once("error", reject);
        response.once("end", () =>
          resolve({ kind: "text", text: readable(Buffer.concat(chunks).toString("utf8"), type) }),
        );
      },
    );
    asked.once("error", reject);
    asked.end();
  });
}

/** A lookup that gives out public addresses only; what it gives is what is connected to. */
function guarded(lookup: LookupFunction, allowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, "");
      const addresses = Array.isArray(found) ? found : [];
      const refused = addresses.find(({ address }) => !allowed(address));
      const [first] = addresses;
      // one inner address among outer ones is a trap, not a choice
      if (refused !== undefined || first === undefined) return callback(inside(hostname), "");
      if (options.all === true) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

function inside(host: string): OrionError {
  return new OrionError("URL_REFUSED", `${host} is not on the public internet, so it is not fetched`);
}

function readable(text: string, type: string): string {
  return (/html/i.test(type) ? textOfHtml(text) : text).slice(0, MOST_CHARS);
}
