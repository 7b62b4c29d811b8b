/**
 * The two-sided p of two shares being equal, by the pooled z test: for two samples that have nothing to do with each other.
 * `successes` of `n` each.
 */
export function twoProportions(a: { successes: number; n: number }, b: { successes: number; n: number }): number {
  const pooled = (a.successes + b.successes) / (a.n + b.n);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / a.n + 1 / b.n));
  if (error === 0) return 1;
  return erfc(Math.abs(a.successes / a.n - b.successes / b.n) / error / Math.SQRT2);
}

/**
 * The complementary error function for x >= 0: by the series of Abramowitz and Stegun (1964), 7.1.6, and from 2 on, where
 * that loses digits, by the continued fraction 7.1.14.
 */
export function erfc(x: number): number {
  const gauss = Math.exp(-x * x) / Math.sqrt(Math.PI);
  if (x < 2) {
    let term = 2 * x;
    let sum = term;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - gauss * sum;
  }
  let fraction = x;
  for (let k = 100; k > 0; k--) fraction = x + k / 2 / fraction;
  return gauss / fraction;
}
