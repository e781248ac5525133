/** Prints how the judge of migrations answers the corpora, and fails when one case is misjudged. */
import { judgeMigration, openJudge } from "../src/policy/migrations/judge.ts";
import { contextOfCorpus, LABELS, misjudged, readCorpus } from "../test/policy/migrations/corpus.ts";

await openJudge();
const context = contextOfCorpus();
const rows = LABELS.map((label) => {
  const wrong = misjudged(label, context);
  for (const line of wrong) console.error(`${label}: ${line}`);
  const cases = readCorpus(label).length;
  return { label, cases, "judge alone": cases - wrong.length, misjudged: wrong.length };
});
console.table(rows);
const cases = LABELS.flatMap(readCorpus);
const start = performance.now();
for (const { sql } of cases) judgeMigration(sql, context);
console.log(`${((performance.now() - start) / cases.length).toFixed(2)} ms a migration, ${cases.length} judged`);
if (rows.some(({ misjudged: wrong }) => wrong > 0)) process.exitCode = 1;
