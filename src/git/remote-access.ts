/**
 * How a remote is reached: which addresses are allowed, and how the token gets
 * to git. The token goes through GIT_ASKPASS and a variable of one process;
 * it is never an argument, part of an address, or a file.
 */
import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { OrionError } from "../domain/errors.ts";
import type { Remote } from "../domain/ports/git-port.ts";

/** What a git call needs to speak with one remote. */
export interface RemoteAccess {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secret: string;
}

export type OpenRemote = (remote: Remote) => Promise<RemoteAccess>;

const LOOPBACK = new Set(["127.0.0.1", "localhost"]);

// Answers only for the one host the token was minted for.
const ASKPASS = `#!/bin/sh
case "$1" in
  Username*"'$ORION_GIT_ORIGIN'"*) printf '%s\\n' x-access-token ;;
  Password*"'$ORION_GIT_ORIGIN_WITH_USER'"*) printf '%s\\n' "$ORION_GIT_TOKEN" ;;
  *) exit 1 ;;
esac
`;

/**
 * @param dir where the askpass script is kept; it holds no secret
 * @throws OrionError REMOTE_NOT_ALLOWED, from the returned function, for every address but https and, where allowed, http on this machine
 */
export function remoteAccess(dir: string, allowHttpLoopback: boolean): OpenRemote {
  let script: Promise<string> | null = null;
  return async (remote) => {
    const url = allowedUrl(remote.url, allowHttpLoopback);
    script ??= writeAskpass(dir).catch((error: unknown) => {
      script = null;
      throw error;
    });
    return {
      url: url.href,
      secret: remote.token,
      env: {
        GIT_ASKPASS: await script,
        GIT_ALLOW_PROTOCOL: url.protocol.slice(0, -1),
        ORION_GIT_TOKEN: remote.token,
        ORION_GIT_ORIGIN: url.origin,
        ORION_GIT_ORIGIN_WITH_USER: `${url.protocol}//x-access-token@${url.host}`,
      },
    };
  };
}

function allowedUrl(text: string, allowHttpLoopback: boolean): URL {
  const url = URL.parse(text);
  if (url === null) throw notAllowed("that is no address");
  if (url.username !== "" || url.password !== "") throw notAllowed("it carries a user or a password");
  if (url.search !== "" || url.hash !== "") throw notAllowed("it carries a query or a fragment");
  if (url.protocol === "https:") return url;
  if (url.protocol === "http:" && allowHttpLoopback && LOOPBACK.has(url.hostname)) return url;
  throw notAllowed(`${url.protocol}//${url.hostname} is neither https nor this machine`);
}

function notAllowed(why: string): OrionError {
  // the address itself stays out of the text: it may carry a token
  return new OrionError("REMOTE_NOT_ALLOWED", `the remote was not contacted: ${why}; give a plain https address`, {});
}

async function writeAskpass(dir: string): Promise<string> {
  const file = path.join(dir, "askpass.sh");
  const fresh = path.join(dir, `askpass-${randomUUID()}.lock`);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(fresh, ASKPASS, { mode: 0o700, flag: "wx" });
  await rename(fresh, file);
  return file;
}
