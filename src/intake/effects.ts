/**
 * Effects of intake on GitHub, each written down before it is made and made
 * once. What is said stands in `replies.ts`; when, in `handle-request.ts`.
 */
import type { GitHub, Reaction, Reviews } from "../domain/github-port.ts";
import type { Store } from "../domain/store-port.ts";
import type { Repository, Subject } from "../domain/task.ts";

export interface IntakeDeps {
  readonly store: Store;
  readonly github: GitHub & Reviews;
  readonly settings: {
    /** what a new task may cost */
    readonly budgetUsd: number;
  };
}

export interface Step {
  /** e.g. `delivery:<guid>` */
  readonly scope: string;
  readonly key: string;
}

/**
 * intent → act → done. After a crash between act and done, `find` tells whether it was done.
 * @param find null when the effect is not there
 */
export async function once<Result>(
  store: Store,
  { scope, key }: Step,
  act: () => Promise<Result>,
  find: () => Promise<Result | null>,
): Promise<void> {
  const before = await store.step(scope, key);
  if (before?.state === "done") return;
  if (before === null) await store.intendStep(null, scope, key);
  const result = (before === null ? null : await find()) ?? (await act());
  await store.completeStep(null, scope, key, result);
}

/** Reacts once; GitHub gives the reaction that is there when asked again. */
export async function react(
  deps: IntakeDeps,
  step: Step,
  repository: Repository,
  subject: Subject,
  reaction: Reaction,
): Promise<void> {
  const act = async () => {
    await deps.github.react(repository, subject, reaction);
    return reaction;
  };
  await once(deps.store, step, act, async () => null);
}

/** Comments once; a hidden marker in the comment finds it again. */
export async function say(
  deps: IntakeDeps,
  step: Step,
  repository: Repository,
  issue: number,
  text: string,
): Promise<void> {
  const marker = `<!-- orion:reply=${step.scope}/${step.key} -->`;
  await once(
    deps.store,
    step,
    () => deps.github.createComment(repository, issue, `${text}\n\n${marker}`),
    () => deps.github.findComment(repository, issue, marker),
  );
}
