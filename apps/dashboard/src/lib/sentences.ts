/** A part of a text, and what it adds to the log-odds of each label. */
export interface Contribution {
  readonly start: number;
  readonly end: number;
  readonly contributions: Readonly<Record<string, number>>;
}

/** How strongly a part speaks for or against a label, of the strongest part of the text. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** In log-odds. */
  readonly value: number;
  /** 0: as good as nothing; 1 to 4: a quarter to all of the strongest. */
  readonly level: 0 | 1 | 2 | 3 | 4;
  readonly speaks: 'for' | 'against' | 'neither';
}

/** The parts of a text, marked by what they add to a label. Offsets are UTF-16 units, as JavaScript counts. */
export function markParts(text: string, parts: readonly Contribution[], label: string): Mark[] {
  const values = parts.map(({ contributions }) => contributions[label] ?? 0);
  const strongest = Math.max(...values.map(Math.abs), 0);
  return parts.map(({ start, end }, i) => {
    const share = strongest === 0 ? 0 : Math.abs(values[i]) / strongest;
    const level = levelOf(share);
    const speaks = level === 0 ? 'neither' : values[i] > 0 ? 'for' : 'against';
    return { start, end, text: text.slice(start, end), value: values[i], level, speaks };
  });
}

function levelOf(share: number): Mark['level'] {
  if (share < 0.1) return 0;
  if (share < 0.3) return 1;
  if (share < 0.55) return 2;
  return share < 0.8 ? 3 : 4;
}

/** `+1.25`, `−0.30`. */
export function formatContribution(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}
