/**
 * What the failure texts of common runners say: a name is missing, or the test
 * itself does not parse. One table a question; no verdicts here.
 */

/** Patterns whose first group is the missing module or name, most telling first. */
const MISSING: readonly RegExp[] = [
  /does not provide an export named ['"]?([\w$]+)/,
  /Cannot find (?:module|package) ['"]([^'"]+)['"]/,
  /Failed to (?:resolve import|load url) ['"]?([^'"\s]+)/,
  /Module not found:.*?['"]([^'"]+)['"]/,
  /ModuleNotFoundError: No module named ['"]([^'"]+)['"]/,
  /cannot import name ['"]([^'"]+)['"]/,
  /AttributeError: (?:module|type object) ['"][^'"]+['"] has no attribute ['"]([^'"]+)['"]/,
  /AttributeError: ['"][^'"]+['"] object has no attribute ['"]([^'"]+)['"]/,
  /NameError: name ['"]([^'"]+)['"] is not defined/,
  /ReferenceError: ([\w$]+) is not defined/,
  /(?:TypeError: )?(?:\(\s*[\d\s,]*)?(?:[\w$\][)(]+\.)*([\w$]+)\)? is not a (?:function|constructor)/,
  /Cannot read propert(?:y|ies) of (?:undefined|null) \(reading ['"]([^'"]+)['"]\)/,
  /undefined: (?:\w+\.)?(\w+)/,
  /cannot find (?:function|struct|type|value|macro)[^`]*`(\w+)`/,
];

/** Files that were looked for as data, not as modules. */
const MISSING_FILE =
  /(?:ENOENT: no such file or directory|FileNotFoundError|No such file or directory)[^\n]*?['"]([^'"]+)['"]/;

/** @returns the module, export, function or file that the failure says is missing; null when it says nothing of the kind. */
export function missingName(failure: string): string | null {
  for (const pattern of [...MISSING, MISSING_FILE]) {
    const name = pattern.exec(failure)?.[1];
    if (name !== undefined) return name;
  }
  return null;
}

/** @returns true when the test's own text does not parse; a missing export is no syntax error though Node calls it one. */
export function unrelatedSyntaxError(failure: string): boolean {
  if (/does not provide an export named/.test(failure)) return false;
  return /\bSyntaxError\b|\bIndentationError\b|\bTabError\b|PARSE_ERROR|Transform failed|Unexpected token|ERR_INVALID_TYPESCRIPT_SYNTAX|error TS1\d{3}\b/.test(
    failure,
  );
}
