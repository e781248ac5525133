/** `remember`, `forget`, `memory`: what Orion keeps about the person who writes, and about this repository. */
import {
  type Habit,
  MOST_CHARS,
  MOST_ENTRIES,
  type Owner,
  type RepositoryFact,
} from "../../domain/ports/store/memory-store.ts";
import { neutralise } from "../../policy/neutralise.ts";
import type { IntakeDeps } from "../effects.ts";
import { type Permitted, reply } from "./permitted.ts";

const FACT = /^(?:this\s+)?repository\s*:\s*/i;
/** `src/a.ts` or `src/a.ts:12`, in back-ticks or bare. */
const PLACE = /`?((?:[\w.@-]+\/)*[\w.@-]+\.[A-Za-z0-9]+)(?::(\d+))?`?/;

export async function remember(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const text = deps.redact(permitted.request.text).trim();
  if (text === "") return agree(deps, permitted);
  if (text.length > MOST_CHARS)
    return reply(deps, permitted, `That is ${text.length} characters; say it in at most ${MOST_CHARS}.`, "confused");
  if (FACT.test(text)) return rememberFact(deps, permitted, text.replace(FACT, ""));
  const number = await deps.store.remember(ownerOf(permitted), { kind: "stated", text, source: sourceOf(permitted) });
  if (number === null) return reply(deps, permitted, FULL, "confused");
  const kept = `I will remember for you: ${calm(text)}\n\n\`/orion forget ${number}\` drops it, \`/orion memory\` lists what I keep.`;
  return reply(deps, permitted, kept, "rocket");
}

export async function forget(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const [, fact, digits] = /^(r?)(\d{1,9})$/i.exec(permitted.request.text.trim()) ?? [];
  if (digits === undefined)
    return reply(
      deps,
      permitted,
      "Say which: `/orion forget <n>`, or `/orion forget r<n>` for one about this repository.",
      "confused",
    );
  const number = Number(digits);
  const gone = fact
    ? await deps.store.forgetFact(permitted.repository.id, number, permitted.scope)
    : await deps.store.forgetHabit(ownerOf(permitted), number, permitted.scope);
  const name = `${fact ? "r" : ""}${number}`;
  return gone
    ? reply(deps, permitted, `${name} is forgotten.`, "rocket")
    : reply(deps, permitted, `I keep no ${name}; \`/orion memory\` lists what there is.`, "confused");
}

export async function memory(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const { repository, request } = permitted;
  const [habits, facts] = await Promise.all([deps.store.habits(ownerOf(permitted)), deps.store.facts(repository.id)]);
  const holding = await Promise.all(facts.map((fact) => deps.holds(repository, fact)));
  const yours = habits.map((one) => habitLine(one));
  const about = facts.map((fact, index) => factLine(fact, holding[index] === true));
  const words = [
    `What I keep for @${request.author.login}:`,
    yours.length === 0 ? "nothing" : yours.join("\n"),
    `What I keep about this repository:`,
    about.length === 0 ? "nothing" : about.join("\n"),
  ];
  return reply(deps, permitted, words.join("\n\n"), "rocket");
}

async function agree(deps: IntakeDeps, permitted: Permitted): Promise<string> {
  const agreed = await deps.store.agree(ownerOf(permitted), permitted.repository.id, permitted.scope);
  if (agreed.length === 0) return reply(deps, permitted, "Say what to remember: `/orion remember <text>`.", "confused");
  return reply(deps, permitted, `I will remember:\n\n${agreed.map((text) => `- ${calm(text)}`).join("\n")}`, "rocket");
}

async function rememberFact(deps: IntakeDeps, permitted: Permitted, text: string): Promise<string> {
  const { repository, request } = permitted;
  const [, path, line] = PLACE.exec(text) ?? [];
  const proof =
    path === undefined ? null : await deps.proof(repository, path, line === undefined ? null : Number(line));
  if (path === undefined || proof === null) {
    const missing =
      path === undefined ? "Name the file that shows it" : `\`${path}\` does not show it on the default branch`;
    return reply(deps, permitted, `${missing}: \`/orion remember repository: <what> (src/file.ts:12)\`.`, "confused");
  }
  const fact = { kind: "stated", text, source: sourceOf(permitted), path, person: request.author, ...proof } as const;
  const number = await deps.store.rememberFact(repository.id, fact);
  if (number === null) return reply(deps, permitted, FULL, "confused");
  const kept = `I will remember about this repository: ${calm(text)}\n\nIt holds as long as \`${path}\` shows it; \`/orion forget r${number}\` drops it.`;
  return reply(deps, permitted, kept, "rocket");
}

const FULL = `I keep ${MOST_ENTRIES} already, which is the most; drop one with \`/orion forget <n>\`.`;

function habitLine(habit: Habit): string {
  return `${habit.number}. ${calm(habit.text)} (${habit.source}, ${day(habit.at)})${habit.agreed ? "" : " *(proposed; `/orion remember` keeps it)*"}`;
}

function factLine(fact: RepositoryFact, holds: boolean): string {
  const state = holds ? "" : " *(no longer so; not used)*";
  return `- r${fact.number}: ${calm(fact.text)} (\`${fact.path}\`, ${fact.source}, ${day(fact.at)})${fact.agreed ? "" : " *(proposed)*"}${state}`;
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** Even a person's own words are shown without what calls or links. */
function calm(text: string): string {
  return neutralise(text, { repositoryUrl: "https://nowhere.invalid", maxLength: MOST_CHARS * 2 })
    .replace(/\s+/g, " ")
    .trim();
}

function ownerOf({ repository, request }: Permitted): Owner {
  return { installationId: repository.installationId, person: request.author };
}

function sourceOf({ repository, request }: Permitted): string {
  return `${repository.owner}/${repository.name}#${request.issueNumber}`;
}
