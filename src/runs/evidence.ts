/**
 * The script that checks evidence: what a pull request claims must follow from
 * what was seen. Pure; used before proposing, and by anyone who doubts later.
 */
import type { Evidence } from "../domain/evidence.ts";
import { needsTests } from "../domain/plan.ts";

const SHA = /^[0-9a-f]{40}$/;

/** @returns every reason why the evidence does not carry the claim; [] when it does */
export function checkEvidence(evidence: Evidence): readonly string[] {
  const faults: string[] = [];
  for (const [name, sha] of [
    ["base", evidence.baseSha],
    ["head", evidence.headSha],
  ] as const) {
    if (!SHA.test(sha)) faults.push(`the ${name} commit ${JSON.stringify(sha)} is no commit id`);
  }
  if (evidence.baseSha === evidence.headSha) faults.push("base and head are the same commit");
  evidence.plan.criteria.forEach((criterion, index) => {
    if (!needsTests(evidence.plan) || criterion.proof !== "test-first") return;
    const rows = evidence.rows.filter((row) => row.criterion === index + 1);
    if (rows.length === 0) faults.push(`criterion ${index + 1} has no test`);
  });
  for (const row of evidence.rows) {
    if (row.red.commit !== evidence.testSha) faults.push(`${row.test} was red on another commit than the tests'`);
    if (row.green === null) faults.push(`${row.test} was not seen green`);
    else if (row.green.commit !== evidence.headSha)
      faults.push(`${row.test} was green on another commit than the head`);
  }
  return faults;
}
