/**
 * Orion, Tara, Devon and the reviewer as data: prompt, actions, and the shape
 * of what each hands in. Whether a claim is true is judged by the host.
 */
import { z } from "zod";
import { firstPlanSchema, fixPlanSchema, type Plan } from "../domain/plan.ts";
import { type Action, actionSchema } from "./actions/action.ts";
import { bashAction } from "./actions/bash.ts";
import { editAction } from "./actions/edit.ts";
import { readAction } from "./actions/read.ts";
import type { AgentRole } from "./agent-task.ts";
import { askSchema } from "./loop/judge-thread.ts";
import { loadPrompt, type PromptName } from "./prompts.ts";

export const redFinishSchema = z.object({
  tests: z.array(
    z.object({
      criterion: z.number().int().positive().describe("its number in the plan"),
      file: z.string().min(1),
      name: z.string().min(1).describe("as the runner prints it"),
    }),
  ),
  notes: z.string().optional().describe("what a person should know"),
});
export type RedFinish = z.output<typeof redFinishSchema>;

/** The work, or why it cannot be done as the tests want it; never both. */
export type GreenFinish =
  | { readonly summary: string; readonly contradiction?: undefined }
  | { readonly contradiction: string; readonly summary?: undefined };
export const greenFinishSchema = z
  .object({
    summary: z.string().min(1).optional().describe("what changed and why, for the pull request"),
    contradiction: z.string().min(1).optional().describe("which frozen test contradicts which words of the request"),
  })
  .transform(({ summary, contradiction }, context): GreenFinish => {
    if (contradiction !== undefined && summary === undefined) return { contradiction };
    if (summary !== undefined && contradiction === undefined) return { summary };
    context.addIssue({ code: "custom", message: "give either summary or contradiction, not both and not neither" });
    return z.NEVER;
  });

export const resolveFinishSchema = z.object({
  summary: z.string().min(1).describe("what each place became and why, for the pull request"),
  replaced: z
    .array(
      z.object({
        file: z.string().min(1),
        line: z.string().min(1).optional().describe("as it stood; left out when the whole file goes"),
        because: z.string().min(10),
      }),
    )
    .max(60)
    .default([]),
});
export type ResolveFinish = z.output<typeof resolveFinishSchema>;

export const reviewFinishSchema = z.object({
  findings: z
    .array(
      z.object({
        file: z.string().min(1),
        line: z.number().int().positive().optional(),
        severity: z.enum(["must", "should", "nit"]),
        problem: z.string().min(1),
        criterion: z.number().int().positive().optional(),
      }),
    )
    .describe("[] when nothing is wrong"),
});
export type ReviewFinish = z.output<typeof reviewFinishSchema>;

export const askFinishSchema = z.object({
  answer: z.string().min(1),
  references: z
    .array(z.object({ file: z.string().min(1), line: z.number().int().positive().optional() }))
    .max(20)
    .default([]),
});
export type AskFinish = z.output<typeof askFinishSchema>;

/** @param tools an action for each of Orion's tools that can be called */
export function askRole(tools: readonly Action[]): AgentRole<AskFinish> {
  const actions = [bashAction(), readAction(), ...tools];
  return defineRole("ask", instructions("orion-ask"), actions, askFinishSchema, { mayAsk: false });
}

export function planRole(kind: "first" | "fix"): AgentRole<Plan> {
  const actions = [bashAction(), readAction()];
  return kind === "first"
    ? defineRole<Plan>("plan", instructions("orion-plan"), actions, firstPlanSchema, { mayAsk: true })
    : defineRole<Plan>("plan", instructions("orion-fix-plan"), actions, fixPlanSchema, { mayAsk: true });
}

export function redRole(): AgentRole<RedFinish> {
  return defineRole("red", instructions("tara-red"), [bashAction(), readAction(), editAction()], redFinishSchema, {
    mayAsk: true,
  });
}

export function greenRole(): AgentRole<GreenFinish> {
  return defineRole(
    "green",
    instructions("devon-green"),
    [bashAction(), readAction(), editAction()],
    greenFinishSchema,
    { mayAsk: true },
  );
}

/** Devon, at a merge that git could not make. */
export function resolveRole(): AgentRole<ResolveFinish> {
  const actions = [bashAction(), readAction(), editAction()];
  return defineRole("green", instructions("devon-merge"), actions, resolveFinishSchema, { mayAsk: true });
}

/** @param facts whether it may look around the files of the commit, or sees request and diff only */
export function reviewRole(facts: { readonly workspace: boolean }): AgentRole<ReviewFinish> {
  const actions = facts.workspace ? [readAction()] : [];
  return defineRole("review", instructions("reviewer"), actions, reviewFinishSchema, { mayAsk: false });
}

/** A role with its schemas worked out once, so that every request carries the same bytes. */
export function defineRole<F>(
  name: AgentRole<F>["name"],
  text: string,
  actions: readonly Action[],
  finish: z.ZodType<F>,
  facts: { readonly mayAsk: boolean },
): AgentRole<F> {
  const schemas = [
    ...actions.map(({ schema }) => schema),
    actionSchema("finish", "Hand in and end. Last call.", finish),
  ];
  if (facts.mayAsk)
    schemas.push(actionSchema("ask", "Ask a person and wait. Only when no default is safe.", askSchema));
  return { name, instructions: text, actions, finish, schemas, mayAsk: facts.mayAsk };
}

function instructions(prompt: Exclude<PromptName, "data-rule">): string {
  return loadPrompt(prompt, { data_rule: loadPrompt("data-rule") });
}
