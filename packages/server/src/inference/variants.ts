import { createHash } from 'node:crypto';
import { decide, UserError } from '@retort/shared';
import type { Reading, Variant } from './contract.ts';
import { UnknownModel } from './errors.ts';

interface Shared {
  readonly id: string;
  readonly share: number;
}

/** The variant of that id; without one, by the shares: at random, or always the same for a key. */
export function chooseVariant<V extends Shared>(variants: readonly V[], id: string | undefined, key?: string): V {
  if (id !== undefined) {
    const variant = variants.find((one) => one.id === id);
    if (variant !== undefined) return variant;
    throw new UnknownModel(
      id,
      variants.map((one) => one.id),
    );
  }
  let place = key === undefined ? Math.random() : fraction(key);
  for (const variant of variants) {
    place -= variant.share;
    if (place < 0) return variant;
  }
  return variants[0];
}

/** The label that a variant gives a reading of its own. */
export function labelOf({ labels, rule }: Variant, { logits }: Reading): string {
  const [best] = decide(logits, labels.length, rule);
  return labels[best];
}

/** The key's place between 0 and 1: always the same, and evenly spread. */
function fraction(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE() / 2 ** 32;
}

/** A UserError where two models could not be told apart. */
export function refuseEqualIds(ids: readonly string[]): void {
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice === undefined) return;
  throw new UserError(`two models are called "${twice}"`, {
    place: { field: '--models' },
    remedy: 'name them: --models old=FOLDER,new=FOLDER',
  });
}
