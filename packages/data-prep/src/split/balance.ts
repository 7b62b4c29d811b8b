import type { Random } from '@retort/shared';
import type { Strata, Unit } from './units.ts';

/** How often a split is drawn; the best is taken. Only few large units make the draws differ much. */
const draws = 8;
/** Units beyond this number are not tried in exchange for each other: among so many, moves suffice. */
const exchangeable = 120;
const passes = 12;

/** The counts of each split by stratum, and how far they are from the wanted ones. */
class Balance {
  readonly #counts: Float64Array[];
  readonly #wanted: Float64Array[];
  /** What it costs if a split has no row of a stratum. */
  readonly #absence: Float64Array;

  constructor({ totals, isLabel }: Strata, shares: readonly number[]) {
    this.#absence = Float64Array.from(totals, (total, stratum) => (isLabel[stratum] ? 10 * total : 0));
    this.#counts = shares.map(() => new Float64Array(totals.length));
    this.#wanted = shares.map((share) => Float64Array.from(totals, (total) => total * share));
  }

  add(split: number, unit: Unit, sign: 1 | -1): void {
    for (const [stratum, count] of unit.counts) this.#counts[split][stratum] += sign * count;
  }

  /** By how much the cost would grow if the unit were added to a split (or taken out). */
  change(split: number, unit: Unit, sign: 1 | -1): number {
    let sum = 0;
    for (const [stratum, count] of unit.counts) {
      const now = this.#counts[split][stratum];
      sum += this.#cost(split, stratum, now + sign * count) - this.#cost(split, stratum, now);
    }
    return sum;
  }

  total(): number {
    let sum = 0;
    this.#counts.forEach((counts, split) => {
      counts.forEach((count, stratum) => {
        sum += this.#cost(split, stratum, count);
      });
    });
    return sum;
  }

  /** Pearson's chi-square, so that a small split counts as much as a large one for its size. */
  #cost(split: number, stratum: number, count: number): number {
    const wanted = this.#wanted[split][stratum];
    return (count - wanted) ** 2 / Math.max(1, wanted) + (count === 0 ? this.#absence[stratum] : 0);
  }
}

/**
 * Assigns each unit to one of `shares.length` splits so that every stratum is shared out as wanted: for a few random
 * orders each unit goes where it is missed most, then units are moved and exchanged while that helps.
 */
export function assignUnits(strata: Strata, shares: readonly number[], random: Random): number[] {
  const { units } = strata;
  let best: { assignment: number[]; cost: number } | undefined;
  for (let draw = 0; draw < draws; draw++) {
    const balance = new Balance(strata, shares);
    const order = random.shuffle(units.map((_, i) => i));
    // Single rows come last: they fill what the groups leave.
    order.sort((a, b) => Number(units[b].rows.length > 1) - Number(units[a].rows.length > 1));
    const assignment = new Array<number>(units.length).fill(0);
    for (const i of order) {
      const costs = shares.map((_, split) => balance.change(split, units[i], 1));
      assignment[i] = costs.indexOf(Math.min(...costs));
      balance.add(assignment[i], units[i], 1);
    }
    improve(units, order, assignment, balance, shares.length);
    const cost = balance.total();
    if (best === undefined || cost < best.cost - 1e-9) best = { assignment, cost };
  }
  return best?.assignment ?? [];
}

function improve(
  units: readonly Unit[],
  order: readonly number[],
  assignment: number[],
  balance: Balance,
  splits: number,
): void {
  const place = (i: number, split: number) => {
    balance.add(assignment[i], units[i], -1);
    assignment[i] = split;
    balance.add(split, units[i], 1);
  };
  const large = order.filter((i) => units[i].rows.length > 1).slice(0, exchangeable);
  for (let pass = 0, changed = true; changed && pass < passes; pass++) {
    changed = false;
    for (const i of order) {
      const leaving = balance.change(assignment[i], units[i], -1);
      for (let split = 0; split < splits; split++) {
        if (split === assignment[i] || leaving + balance.change(split, units[i], 1) > -1e-9) continue;
        place(i, split);
        changed = true;
        break;
      }
    }
    for (const i of large) {
      for (const j of large) {
        const [here, there] = [assignment[i], assignment[j]];
        if (i >= j || here === there) continue;
        const before = balance.total();
        place(i, there);
        place(j, here);
        if (balance.total() < before - 1e-9) changed = true;
        else {
          place(i, here);
          place(j, there);
        }
      }
    }
  }
}
