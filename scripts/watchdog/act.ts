/** Does what the verdict says: auto-deploy off, rollback, and one word to people. It decides nothing. */
import { setTimeout as sleep } from "node:timers/promises";
import type { DeployHost, HostDeploy } from "../../src/domain/ports/deploy-port.ts";
import { type Issues, marker, Refused } from "./issues.ts";
import { CALM_MS, type Look, type Verdict } from "./judge.ts";

const TELL_AFTER_MS = [0, 2_000, 10_000];

export interface Hands {
  readonly host: Pick<DeployHost, "rollback" | "setAutoDeploy">;
  /** null where no repository and token are given: then lines are all there is */
  readonly issues: Issues | null;
  readonly url: string;
  readonly serviceId: string;
  readonly onLine: (line: string) => void;
}

type Act = Extract<Verdict, { readonly kind: "call" | "roll-back" }>;

/**
 * Auto-deploy goes off first: a watchdog that dies between the two finds the
 * same sick deploy again, and no push can bring it back meanwhile.
 */
export async function carryOut(verdict: Act, looks: readonly Look[], hands: Hands): Promise<void> {
  const seen = looks.map((look) => `- ${look.told.replaceAll(/[`\s]+/g, " ").slice(0, 200)}`).join("\n");
  if (verdict.kind === "call") {
    const { deploy, because } = verdict;
    hands.onLine(`not rolled back: ${because}; a person must look`);
    const title = `The watchdog needs a person: deploy of ${short(deploy)} is not well`;
    const body = `${hands.url} is not well after the deploy of ${deploy.commit} (${deploy.id}):\n\n${seen}\n\nNothing was rolled back: ${because}.`;
    return tell(hands, { deployId: deploy.id, what: "called", title, body: `${body}\n\n${BY_HAND}` });
  }
  const { from, to } = verdict;
  const done = [await attempt("switched auto-deploy off", () => hands.host.setAutoDeploy(false))];
  const rolledBack = await attempt(`rolled back to ${to.commit} (${to.id})`, () => hands.host.rollback(to.id));
  done.push(rolledBack);
  for (const { words } of done) hands.onLine(words);
  const title = rolledBack.ok
    ? `The watchdog rolled ${short(from)} back to ${short(to)}`
    : `The watchdog could not roll ${short(from)} back to ${short(to)}`;
  const body = [
    `${hands.url} was not well after the deploy of ${from.commit} (${from.id}):`,
    seen,
    ["The watchdog:", ...done.map(({ words }) => `- ${words}`)].join("\n"),
    `The default branch still holds ${from.commit}. Take it back (\`npm run kill-switch\`) or mend it first; then switch auto-deploy on again: on Render in the service's settings, or`,
    `\`\`\`\ncurl --request PATCH --header "authorization: Bearer $RENDER_API_KEY" --json '{"autoDeploy":"yes","autoDeployTrigger":"commit"}' https://api.render.com/v1/services/${hands.serviceId}\n\`\`\``,
    "Until 24 hours are over the watchdog rolls nothing back again.",
  ].join("\n\n");
  await tell(hands, { deployId: from.id, what: rolledBack.ok ? "rolled-back" : "called", title, body });
  if (!rolledBack.ok) throw rolledBack.error;
}

const BY_HAND =
  "`npm run kill-switch` in a clone takes the last merge back; the host's own page rolls back to any build it keeps.";

const short = ({ commit, id }: HostDeploy): string => (commit === "" ? id : commit.slice(0, 7));

type Attempt =
  | { readonly ok: true; readonly words: string }
  | { readonly ok: false; readonly words: string; readonly error: unknown };

async function attempt(words: string, act: () => Promise<unknown>): Promise<Attempt> {
  try {
    await act();
    return { ok: true, words };
  } catch (error) {
    return { ok: false, words: `not done: ${words} (${error instanceof Error ? error.message : error})`, error };
  }
}

interface Words {
  readonly deployId: string;
  readonly what: "rolled-back" | "called";
  readonly title: string;
  readonly body: string;
}

/** Once for a deploy, whatever got lost on the way: it looks before each try. */
async function tell({ issues, onLine }: Hands, { deployId, what, title, body }: Words): Promise<void> {
  if (issues === null) return;
  let last: unknown;
  for (const delayMs of TELL_AFTER_MS) {
    await sleep(delayMs);
    try {
      const { reports, open } = await issues.told(new Date(Date.now() - CALM_MS));
      if (reports.some((one) => one.deployId === deployId)) return;
      const text = `${body}\n\n${marker(deployId, what)}`;
      onLine(open === null ? await issues.open(title, text) : await issues.comment(open, `**${title}**\n\n${text}`));
      return;
    } catch (error) {
      if (error instanceof Refused) throw error;
      last = error;
    }
  }
  throw last;
}
