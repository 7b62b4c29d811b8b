/**
 * An exponential moving average, its beginning corrected for having begun at 0 (Kingma and Ba 2015, section 3), so that it starts at
 * the first value. `weight` is that of the past: 0 leaves the values as they are, towards 1 they get smoother. Null where the value is none.
 */
export function smooth(values: readonly (number | null)[], weight: number): (number | null)[] {
  if (weight <= 0) return [...values];
  let sum = 0;
  let correction = 1;
  return values.map((value) => {
    if (value === null) return null;
    sum = weight * sum + (1 - weight) * value;
    correction *= weight;
    return sum / (1 - correction);
  });
}
