/** The findings as a person reads them on a terminal. Pure. */
import type { Finding } from "../../policy/doctor/findings.ts";

/** @returns one block a finding, and how many need a person */
export function doctorReport(findings: readonly Finding[]): string {
  const ill = findings.filter((one) => !one.well).length;
  const blocks = findings.map(({ well, what, says, remedy }) => {
    const line = `${well ? "ok  " : "FIX "} ${what}: ${says}`;
    return remedy === null ? line : `${line}\n     ${remedy.replaceAll("\n", "\n     ")}`;
  });
  return [...blocks, "", ill === 0 ? "All is well." : `${ill} of ${findings.length} need you.`].join("\n");
}
