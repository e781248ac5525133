/**
 * What people remark while an agent works, on its way into that conversation:
 * what was said before stands in its brief, what comes later between two turns,
 * each once. A remark counts as taken in when it is stored with the conversation.
 */
import type { Remark } from "../../domain/ports/store/waiting-store.ts";
import type { TurnRecord } from "../../domain/ports/store-port.ts";
import { delimiterOf, type RunContext } from "../run-context.ts";
import { told } from "../told.ts";
import { ofPermitted, passesOver } from "./late.ts";
import { remarkNote, remarksPart, worker } from "./words.ts";

const SHOWN_CHARS = 120;

export interface Hearing {
  /** at the end of the first message; the same bytes when the thread is resumed */
  readonly part: string;
  /** What was said since the conversation began; one that stands in it already changes nothing. */
  notes(): Promise<readonly string[]>;
  /** To be called when a turn is stored: what stands in it has been taken in. */
  saved(turn: Pick<TurnRecord, "notes">): Promise<void>;
}

/** What a conversation begins with, by comment. */
interface Beginning {
  /** there when it began, whether shown or not */
  readonly known: readonly string[];
  readonly shown: readonly string[];
}

const NOTHING: Hearing = { part: "", notes: async () => [], saved: async () => undefined };

/** @param thread names the conversation within the run */
export async function hear(context: RunContext, thread: string): Promise<Hearing> {
  const { deps, run, task, ledger } = context;
  // a question stands beside the work, and remarks are about the work
  if (run.kind === "ask") return NOTHING;
  const all = await deps.store.remarks(task.id);
  const beginning = await ledger.once<Beginning>(`remarks/${thread}`, async () => {
    const about = all.filter((remark) => !passesOver(run, remark));
    const shown = await ofPermitted(deps, context.repository, about);
    return { known: all.map(({ id }) => id), shown: shown.map(({ id }) => id) };
  });
  const delimiter = await delimiterOf(context);
  const clean = (remark: Remark): Remark => ({ ...remark, text: deps.redact(remark.text) });
  const noteOf = (remark: Remark): string => remarkNote(clean(remark), delimiter);
  const isLater = ({ id }: Remark): boolean => !beginning.known.includes(id);
  const takeNoted = async (notes: readonly string[], remarks: readonly Remark[]): Promise<void> =>
    takeIn(
      context,
      thread,
      remarks.filter((remark) => notes.includes(noteOf(remark))),
    );
  const shown = all.filter(({ id }) => beginning.shown.includes(id));
  await takeIn(context, thread, shown);
  await layAside(
    context,
    all.filter((remark) => !isLater(remark) && !shown.includes(remark) && !passesOver(run, remark)),
  );
  // who died after a turn was stored has not taken in what stands in it
  const stored = (await deps.store.turns(run.id)).filter((turn) => turn.thread === thread);
  await takeNoted(
    stored.flatMap(({ notes }) => notes),
    all.filter(isLater),
  );
  return {
    part: remarksPart(shown.map(clean), delimiter, run),
    async notes() {
      const open = (await deps.store.remarks(task.id)).filter((remark) => isLater(remark) && !remark.taken);
      const permitted = await ofPermitted(deps, context.repository, open);
      await layAside(
        context,
        open.filter((remark) => !permitted.includes(remark)),
      );
      return permitted.map(noteOf);
    },
    async saved({ notes }) {
      if (notes.length > 0) await takeNoted(notes, await deps.store.remarks(task.id));
    },
  };
}

/** Shown as an event and by 👀, once; a comment that is gone by now was said all the same. */
async function takeIn(context: RunContext, thread: string, remarks: readonly Remark[]): Promise<void> {
  const { deps, fence, run, repository, ledger } = context;
  for (const { id, comment, person, text } of remarks.filter(({ taken }) => !taken)) {
    await ledger.once(`remark/${id}`, () =>
      context.tell(
        "remark",
        `${person.login} said to ${worker(thread)}: ${text.slice(0, SHOWN_CHARS).replace(/\s+/g, " ")}`,
      ),
    );
    await told(deps, run, "reaction", () => deps.github.react(repository, { kind: "comment", id: comment }, "eyes"));
    await deps.store.takeRemarks(fence, [id]);
  }
}

/** Nobody is given it, and no plan waits for it. */
async function layAside({ deps, fence }: RunContext, remarks: readonly Remark[]): Promise<void> {
  const open = remarks.filter(({ taken }) => !taken).map(({ id }) => id);
  if (open.length > 0) await deps.store.takeRemarks(fence, open);
}
