/** Commands of one person that come too fast: most are left alone, one is answered. */
import { openLedger } from "../../domain/ledger.ts";
import type { Repository } from "../../domain/task.ts";
import { COMMANDS, judgeCommand } from "../../policy/limits/fair-use.ts";
import { type IntakeDeps, react, say } from "../effects.ts";
import type { Request } from "../request.ts";

/** What must work in a storm. */
const ALWAYS: readonly Request["verb"][] = ["stop", "pause"];

export interface Turn {
  /** 0 when the command is followed */
  readonly waitMs: number;
  readonly tell: boolean;
}

/** Counts the command, once for each delivery. */
export async function takeTurn(
  { store }: Pick<IntakeDeps, "store">,
  guid: string,
  repository: Repository,
  request: Request,
): Promise<Turn> {
  const key = `commands:${repository.installationId}:${request.author.id}`;
  const turn = await openLedger(store, null, `delivery:${guid}`).once("turn", () =>
    store.amendSetting(key, (value) => {
      const { kept, waitMs, tell } = judgeCommand(value, Date.now());
      return { value: kept, result: { waitMs, tell } };
    }),
  );
  return ALWAYS.includes(request.verb) ? { waitMs: 0, tell: false } : turn;
}

/** Said to somebody who may command here, once a storm. @returns one line for the delivery's record */
export async function tellOfStorm(
  deps: IntakeDeps,
  scope: string,
  repository: Repository,
  request: Request,
  { waitMs }: Turn,
): Promise<string> {
  const minutes = Math.ceil(waitMs / 60_000);
  const words = `@${request.author.login} That was a lot at once: I follow ${COMMANDS.burst} commands of a person, then one every ${COMMANDS.gapMs / 60_000} minutes. I left this one alone, and listen again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}. \`/orion stop\` always works.`;
  await say(deps, { scope, key: "reply" }, repository, request.issueNumber, words);
  await react(deps, { scope, key: "end" }, repository, request.subject, "confused");
  return LEFT_ALONE;
}

export const LEFT_ALONE = "left alone: too many commands of one person";
