/**
 * Does the short plan of a fix answer for every point? Each is covered by
 * criteria or disagreed with, never both, and nothing is left out. Pure.
 */
import { NOTHING_PLANNED, type Plan, type PointPlan } from "../../domain/plan.ts";
import type { Point } from "../../domain/task.ts";

/** @returns what Orion must mend in the plan, or null */
export function judgePoints(plan: Plan, points: readonly Point[]): string | null {
  const planned = plan.points ?? [];
  const empty = plansNothing(plan);
  // one point that nothing is said about is what the whole plan is about
  if (points.length <= 1 && planned.length === 0)
    return empty ? "plan at least one criterion, or disagree with the point in `points`, with the reason" : null;
  const faults = [
    ...planned
      .filter(({ point }) => !points.some(({ id }) => id === point))
      .map(({ point }) => `there is no point ${point}`),
    ...(empty ? [] : uncovered(plan)),
    ...points.flatMap((point) => pointFaults(point, planned, empty ? 0 : plan.criteria.length)),
  ];
  return faults.length === 0 ? null : `\`points\`: ${faults.join("; ")}`;
}

function pointFaults({ id, thread }: Point, planned: readonly PointPlan[], criteria: number): readonly string[] {
  const [own, ...twice] = planned.filter(({ point }) => point === id);
  // a review's own words may only lead up to its points
  if (thread === null && (own === undefined || (own.criteria.length === 0 && disagreement(own) === null))) return [];
  if (own === undefined) return [`point ${id} is missing`];
  if (twice.length > 0) return [`point ${id} is there twice`];
  const disagrees = disagreement(own) !== null;
  if (disagrees && own.criteria.length > 0)
    return [`point ${id} has criteria and is disagreed with; split what you agree with into the reason or drop one`];
  if (!disagrees && own.criteria.length === 0)
    return [`point ${id} has no criterion; name those that cover it, or disagree with the reason`];
  const unknown = own.criteria.filter((number) => number > criteria);
  return unknown.length === 0 ? [] : [`point ${id} names criterion ${unknown.join(", ")}, which is not there`];
}

/** What nobody asked for has no place in a fix. */
function uncovered({ criteria, points = [] }: Plan): readonly string[] {
  const covered = new Set(points.flatMap((one) => one.criteria));
  return criteria.flatMap((_, index) => (covered.has(index + 1) ? [] : [`criterion ${index + 1} serves no point`]));
}

/** @returns how a point is planned; null when nothing was asked in it. The only point needs no entry. */
export function planOfPoint(plan: Plan, point: number): PointPlan | null {
  const planned = plan.points ?? [];
  if (planned.length === 0) return { point, criteria: plan.criteria.map((_, index) => index + 1) };
  const known = planned.find((one) => one.point === point);
  return known === undefined || (known.criteria.length === 0 && disagreement(known) === null) ? null : known;
}

/** @returns the reason, or null */
export function disagreement({ disagree }: PointPlan): string | null {
  return disagree === undefined || disagree.trim() === "" ? null : disagree;
}

/** True when every point is disagreed with: then there is no work, only answers. */
export function disagreesWithAll(plan: Plan, points: readonly Point[]): boolean {
  const planned = points.flatMap(({ id }) => planOfPoint(plan, id) ?? []);
  return planned.length > 0 && planned.every((one) => disagreement(one) !== null);
}

function plansNothing({ criteria }: Plan): boolean {
  return criteria.length === 1 && criteria[0]?.text === NOTHING_PLANNED;
}
