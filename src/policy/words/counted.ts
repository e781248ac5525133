/** Numbers with their noun, as people say them. */

/** @returns `1 test`, `3 tests` */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
