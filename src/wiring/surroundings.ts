/** What a process of Orion finds around it. Types only. */
export interface Surroundings {
  /** where ORION_SETUP_ENV and the tools' settings take their values from */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** folder of the tools; `src/tools` when missing */
  readonly tools?: string;
  /** one line for the operator */
  readonly onLine: (line: string) => void;
}
