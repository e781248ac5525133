/**
 * What the tests of a release sent to their database, read from the server's
 * own log. Reading only; sending it again stands in `replay-recorded.ts`.
 * @source PostgreSQL manual, "Error Reporting and Logging", "JSON format"
 */

export interface Recorded {
  /** of the connection that sent it */
  readonly session: string;
  readonly sql: string;
  /** SQL literals for `$1` and on; [] when it has none */
  readonly parameters: readonly string[];
}

const LOGGED = /^(?:statement|execute (?!fetch from )[^:]*): ([\s\S]*)$/;
const PARAMETER = /\$\d+ = (NULL|'(?:[^']|'')*')/g;

/**
 * @param log the server's log as jsonlog writes it
 * @returns every statement of that database, in the order in which the server began them
 */
export function recordedIn(log: string, database: string): readonly Recorded[] {
  return log.split("\n").flatMap((line) => {
    const entry = entryOf(line);
    if (entry === null || entry.dbname !== database) return [];
    const sql = LOGGED.exec(entry.message ?? "")?.[1];
    if (sql === undefined) return [];
    return [{ session: entry.session_id ?? "", sql, parameters: parametersOf(entry.detail ?? "") }];
  });
}

interface Entry {
  readonly dbname?: string;
  readonly session_id?: string;
  readonly message?: string;
  readonly detail?: string;
}

function entryOf(line: string): Entry | null {
  if (!line.startsWith("{")) return null;
  try {
    return JSON.parse(line) as Entry;
  } catch (error) {
    // the last line, when the disk was full
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function parametersOf(detail: string): readonly string[] {
  if (!/^parameters: /i.test(detail)) return [];
  return [...detail.matchAll(PARAMETER)].map(([, literal = "NULL"]) => literal);
}
