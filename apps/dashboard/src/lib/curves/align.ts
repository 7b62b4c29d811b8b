/** A line of a chart: places and values of equal length. */
export interface Line {
  readonly name: string;
  /** By which it gets colour and dash. */
  readonly style: number;
  readonly x: readonly (number | null)[];
  readonly y: readonly (number | null)[];
}

/** Lines over one ascending column of places, as uPlot takes them; null where a line has no value at a place. */
export interface AlignedCurves {
  readonly x: readonly number[];
  readonly series: readonly {
    readonly name: string;
    readonly style: number;
    readonly values: readonly (number | null)[];
  }[];
}

/** Puts lines over one column of places. Of several values at one place the last counts; what is not above 0 has no logarithm and is left out then. */
export function alignLines(lines: readonly Line[], { logarithmic = false } = {}): AlignedCurves {
  const x = [...new Set(lines.flatMap((line) => line.x.filter((place) => place !== null)))].sort((a, b) => a - b);
  const places = new Map(x.map((place, i) => [place, i]));
  return {
    x,
    series: lines.map(({ name, style, x: own, y }) => {
      const values: (number | null)[] = new Array(x.length).fill(null);
      own.forEach((place, i) => {
        const value = y[i];
        if (place === null || (logarithmic && value !== null && value <= 0)) return;
        values[places.get(place) ?? 0] = value;
      });
      return { name, style, values };
    }),
  };
}

/** The value that a line has at a place, or had last before it. */
export function valueAt(values: readonly (number | null)[], place: number): number | null {
  for (let i = Math.min(place, values.length - 1); i >= 0; i--) if (values[i] !== null) return values[i];
  return null;
}
