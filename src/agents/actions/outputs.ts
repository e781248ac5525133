/**
 * What actions printed, kept whole in memory so that `read` can show what the
 * thread was spared. Not storage: after a restart only the cut text is left,
 * and `read` says so.
 */

/** Kept whole, over all outputs of a thread; the oldest go first. */
const WHOLE_CHARS = 16 * 1024 * 1024;

export interface Outputs {
  /** Keeps a whole output under its reference. */
  keep(reference: string, whole: string): void;
  /** Notes what the thread holds of an output, for when the whole is gone. */
  show(reference: string, shown: string): void;
  /** @returns the text and whether it is whole; null when nothing was kept under this reference */
  find(reference: string): { readonly text: string; readonly whole: boolean } | null;
}

export function createOutputs(wholeChars: number = WHOLE_CHARS): Outputs {
  const wholes = new Map<string, string>();
  const shown = new Map<string, string>();
  let held = 0;
  return {
    keep(reference, whole) {
      held += whole.length - (wholes.get(reference)?.length ?? 0);
      wholes.delete(reference);
      wholes.set(reference, whole);
      for (const [oldest, text] of wholes) {
        if (held <= wholeChars) break;
        wholes.delete(oldest);
        held -= text.length;
      }
    },
    show(reference, text) {
      shown.set(reference, text);
    },
    find(reference) {
      const whole = wholes.get(reference);
      if (whole !== undefined) return { text: whole, whole: true };
      const cut = shown.get(reference);
      return cut === undefined ? null : { text: cut, whole: false };
    },
  };
}

/** The name of a call's output: `output:12` for the first call of turn 12, `output:12.2` for the second. */
export function outputReference(turn: number, call: number): string {
  return call === 0 ? `output:${turn}` : `output:${turn}.${call + 1}`;
}

/** Head and tail of a text longer than `chars`, with what lies between counted and named. */
export function cutMiddle(text: string, chars: number, reference: string): string {
  if (text.length <= chars) return text;
  const half = Math.floor(chars / 2);
  const left = text.length - 2 * half;
  return `${text.slice(0, half)}\n[… ${left} characters left out; read ${reference} shows them …]\n${text.slice(-half)}`.toWellFormed();
}
