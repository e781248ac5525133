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
  /undefined \(type \S+ has no field or method (\w+)\)/,
  /(?:no required module provides package|cannot find package|package) "?([\w./-]+)"?(?:;| in any of| is not in)/,
  /cannot find [\w /,-]*`(\w+)`/,
  /unresolved imports? `(?:\w+::)*(\w+)`/,
  /(?:could not find|use of undeclared (?:type|crate or module)) `(\w+)`/,
  /no (?:method|function or associated item|associated item|variant or associated item|field) (?:named )?`(\w+)` (?:found|on type)/,
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
  return /\bSyntaxError\b|\b[Ss]yntax error\b|\bIndentationError\b|\bTabError\b|PARSE_ERROR|Transform failed|Unexpected token|ERR_INVALID_TYPESCRIPT_SYNTAX|error TS1\d{3}\b/.test(
    failure,
  );
}

/** What a compiler says one error at a time: go after `file.go:line:column: `, rust after `error[code]: `. */
const COMPILER = /^(?:\S+\.go:\d+(?::\d+)?: (.+)|error(?:\[E\d+\])?: (?!could not compile|aborting due)(.+))$/gm;

/** @returns the errors of a package that does not compile; [] when no compiler speaks */
export function compileErrors(failure: string): readonly string[] {
  return [...failure.matchAll(COMPILER)]
    .map(([, go, rust]) => go ?? rust ?? "")
    .filter((text) => text !== "too many errors");
}
