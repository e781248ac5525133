/**
 * Why a test is red: an assertion, or a name that is missing because the
 * feature is. A name counts only when the plan says it; else it is a typo. Pure.
 */
import type { RedReason } from "../../domain/evidence.ts";
import type { Plan } from "../../domain/plan.ts";
import { missingName, unrelatedSyntaxError } from "./failure-words.ts";

/** @returns why a failing test counts as red; null when it fails for a reason of its own. */
export function redReason(failure: string, plan: Plan): RedReason | null {
  if (isAssertionError(failure) || /\bexpect\(.*\)\.(?:not\.)?(?:resolves\.|rejects\.)?to[A-Z]/.test(failure))
    return "assertion";
  if (unrelatedSyntaxError(failure)) return null;
  const missing = missingName(failure);
  if (missing !== null) return namedByPlan(missing, plan) ? "missing-symbol" : null;
  return soundsLikeAssertion(failure) ? "assertion" : null;
}

/** The runner itself calls it an assertion, whatever names its message quotes. */
function isAssertionError(failure: string): boolean {
  // go's t.Error and t.Fatal, TAP and rust's should_panic have no type of error: the report's own mark stands for it
  if (/^\s*--- FAIL: /m.test(failure)) return !/^\s*panic: /m.test(failure);
  if (/^not ok - |^note: test did not panic as expected/m.test(failure)) return !unrelatedSyntaxError(failure);
  return /^\s*(?:[\w.]*AssertionError\b|[\w.]*ERR_ASSERTION)|\bcode: 'ERR_ASSERTION'|^E\s+(?:AssertionError|assert )/m.test(
    failure,
  );
}

function soundsLikeAssertion(whole: string): boolean {
  // pytest quotes the test's source; only its own words count
  const own = whole.split("\n").filter((line) => line.startsWith("E "));
  const failure = own.length > 0 ? own.join("\n") : whole;
  return /AssertionError|\bexpect(ed)?\b|\bassert(ion)?\b|\bto (be|equal|have|throw|match)\b|DID NOT RAISE|should (be|have|equal)/i.test(
    failure,
  );
}

/** A module is named by its path, its last part or its stem; anything by its own word somewhere in the plan. */
export function namedByPlan(missing: string, plan: Plan): boolean {
  const said = [...plan.modules, ...plan.files, plan.title, plan.goal, ...plan.criteria.map(({ text }) => text)];
  const stem = stemOf(missing);
  const whole = [...plan.modules, ...plan.files];
  if (whole.some((path) => missing === path || missing.endsWith(`/${path}`) || stemOf(path) === stem)) return true;
  return said.some((text) => words(text).includes(missing) || places(text).some((place) => stemOf(place) === stem));
}

/** What could be a path or a module's name: `src/slug.ts: slug(text)` holds two. */
function places(text: string): readonly string[] {
  return text.split(/[\s:,;()[\]{}<>`'"]+/).filter((place) => place.length > 1);
}

function stemOf(path: string): string {
  const last = path.replaceAll("\\", "/").split("/").at(-1) ?? path;
  const bare = last.replace(/\.(d\.)?[a-z]{1,4}$/i, "");
  const dotted = bare.split(".").at(-1) ?? bare;
  return dotted.toLowerCase();
}

function words(text: string): readonly string[] {
  return text.split(/[^A-Za-z0-9_$]+/).filter((word) => word !== "");
}
