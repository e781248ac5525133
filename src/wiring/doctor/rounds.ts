/**
 * The doctor's rounds: in whichever worker's turn it is, everything is looked at
 * and what was found is kept. Nothing is opened, commented or changed on GitHub;
 * people read it where they ask, the operator in the log.
 */
import { describeError } from "../../domain/errors.ts";
import type { Store } from "../../domain/ports/store-port.ts";
import type { Finding } from "../../policy/doctor/findings.ts";
import { KEPT_AS, newlyIll } from "../../policy/doctor/kept.ts";
import { endTurn, takeTurn, turnFrom, wantTurn } from "../../policy/doctor/turn.ts";

const TURN = "doctor.turn";
const LOOK_MS = 60_000;

export interface RoundsParts {
  readonly store: Pick<Store, "amendSetting" | "saveSetting" | "setting">;
  readonly look: () => Promise<readonly Finding[]>;
  /** takes secrets out of what is kept */
  readonly redact: (text: string) => string;
  readonly onLine: (line: string) => void;
  readonly now?: () => number;
}

export interface Rounds {
  /** An installation changed: the next round begins soon, in this process or another. */
  wanted(): Promise<void>;
  /** Begins no round any more, and leaves one under way to the next process. */
  stop(): void;
}

export function doctorRounds({ store, look, redact, onLine, now = Date.now }: RoundsParts): Rounds {
  let stopped = false;
  const amend = <T>(change: (turn: ReturnType<typeof turnFrom>) => { readonly value: unknown; readonly result: T }) =>
    store.amendSetting(TURN, (value) => change(turnFrom(value)));

  async function goRound(): Promise<void> {
    const mine = await amend((turn) => {
      const next = takeTurn(turn, now());
      return { value: next.turn, result: next.mine };
    });
    if (!mine) return;
    const clean = (finding: Finding): Finding => ({
      ...finding,
      says: redact(finding.says),
      remedy: finding.remedy === null ? null : redact(finding.remedy),
    });
    const findings = (await look()).map(clean);
    if (stopped) return;
    for (const line of newlyIll(await store.setting(KEPT_AS), findings)) onLine(`doctor: ${line}`);
    await store.saveSetting(KEPT_AS, { at: now(), findings });
    await amend((turn) => ({ value: endTurn(turn, now()), result: null }));
  }

  /** Nobody waits for it. What goes wrong is told, and tried again in an hour. */
  function begin(): void {
    if (stopped) return;
    goRound().catch((error: unknown) => {
      if (!stopped) onLine(`doctor: ${describeError(error)}`);
    });
  }

  const timer = setInterval(begin, LOOK_MS);
  timer.unref();
  return {
    async wanted() {
      await amend((turn) => ({ value: wantTurn(turn), result: null }));
      begin();
    },
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}
