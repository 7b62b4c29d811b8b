/** The 97.5th percentile of the standard normal distribution. */
const z = 1.959963984540054;

/** Wilson's 95 % interval of a share (E. B. Wilson 1927): `successes` of `n`. Of nothing, nothing is known: [0, 1]. */
export function wilson(successes: number, n: number): [low: number, high: number] {
  if (n === 0) return [0, 1];
  const share = successes / n;
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return [successes === 0 ? 0 : centre - half, successes === n ? 1 : centre + half];
}

/**
 * McNemar's test of two classifiers on the same texts: `onlyA` and `onlyB` count the texts that one alone has right, and
 * `p` is the exact two-sided binomial probability of so uneven a split between equals. Both arguments: 1 = right, shape [n].
 */
export function mcnemar(correctA: Uint8Array, correctB: Uint8Array): { onlyA: number; onlyB: number; p: number } {
  if (correctA.length !== correctB.length) {
    throw new RangeError(
      `McNemar's test needs the same texts on both sides: ${correctA.length} and ${correctB.length}`,
    );
  }
  let onlyA = 0;
  let onlyB = 0;
  for (let i = 0; i < correctA.length; i++) {
    if (correctA[i] > correctB[i]) onlyA++;
    if (correctA[i] < correctB[i]) onlyB++;
  }
  return { onlyA, onlyB, p: binomialP(Math.min(onlyA, onlyB), onlyA + onlyB) };
}

/** min(1, 2 P(X <= k)) for X ~ Binomial(n, 1/2), k <= n/2; in logarithms, for 2^-n vanishes from n = 1075 on. */
function binomialP(k: number, n: number): number {
  let logTerm = -n * Math.LN2; // log of C(n, i) / 2^n
  let sum = Math.exp(logTerm);
  for (let i = 1; i <= k; i++) {
    logTerm += Math.log((n - i + 1) / i);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, 2 * sum);
}
