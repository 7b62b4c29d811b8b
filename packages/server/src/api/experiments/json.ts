/** JSON has no NaN: a value that was no number is null. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** A line of a comparison. JSON has no undefined: what a run has not is null. */
export function orNull<T>({ name, values }: { readonly name: string; readonly values: readonly (T | undefined)[] }) {
  return { name, values: values.map((value) => (value === undefined || Number.isNaN(value) ? null : value)) };
}
