/** A mean over independent runs, such as seeds. */
export interface MeanInterval {
  readonly mean: number;
  /** Student's 95 % interval: where the mean of all possible runs lies, if runs vary as a normal distribution does. */
  readonly interval: readonly [low: number, high: number];
}

/** The mean of at least two values, with the interval mean +- t s / sqrt(n), s the sample's standard deviation (Student 1908). */
export function meanInterval(values: readonly number[]): MeanInterval {
  const n = values.length;
  if (n < 2) throw new RangeError(`an interval needs at least two values, not ${n}`);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = studentT(n - 1) * Math.sqrt(variance / n);
  return { mean, interval: [mean - half, mean + half] };
}

/** The t that 95 % of Student's distribution with `freedom` degrees of freedom lie within, on both sides of 0: by bisection. */
export function studentT(freedom: number): number {
  let [low, high] = [0, 13]; // 12.7 for one degree of freedom, less for more
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (within(middle, freedom) < 0.95) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(|T| <= t), by the finite series of Abramowitz and Stegun (1964), 26.7.3 and 26.7.4. */
function within(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const odd = freedom % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < freedom; k += 2) {
    term *= ((k - 1) / k) * cosine ** 2;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}
