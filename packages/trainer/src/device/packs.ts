import { elementCount } from '@retort/onnx';
import type { ModelConfig } from '../model/config.ts';
import { parameterSpecs } from '../model/parameters.ts';
import type { ParameterGroup } from '../optimizer/parameter-groups.ts';
import { packRow } from './gradient-norm.ts';

/** A parameter's place in its pack, in elements. */
export interface PackMember {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/**
 * Parameters that are trained alike, one behind the other in a vector, and zeros up to a whole row. The optimizer takes some fifteen operations for each vector: for a GPU, which takes
 * longer to be told of a small one than to do it, few vectors are faster than many.
 */
export interface Pack extends Pick<ParameterGroup, 'weightDecay' | 'learningRateScale'> {
  readonly name: string;
  readonly members: readonly PackMember[];
  /** With the zeros: a multiple of `packRow`. */
  readonly length: number;
}

/** What every GPU binds at once: 128 MiB. A larger parameter has a pack of its own. */
const largest = 2 ** 25;

/** The packs of all parameters that are not frozen. */
export function packsOf(config: ModelConfig, groups: readonly ParameterGroup[]): Pack[] {
  const shapes = new Map(parameterSpecs(config).map(({ name, shape }) => [name, shape]));
  const packs: { settings: ParameterGroup; members: PackMember[] }[] = [];
  for (const group of groups) {
    if (group.frozen) continue;
    const shape = shapes.get(group.name) ?? [];
    const size = elementCount(shape);
    const open = packs.findLast(({ settings }) => isAlike(settings, group));
    const start = open?.members.at(-1)?.end ?? 0;
    if (open !== undefined && start + size <= largest) {
      open.members.push({ name: group.name, shape, start, end: start + size });
    } else packs.push({ settings: group, members: [{ name: group.name, shape, start: 0, end: size }] });
  }
  return packs.map(({ settings: { weightDecay, learningRateScale }, members }, i) => ({
    name: `pack_${i}`,
    weightDecay,
    learningRateScale,
    members,
    length: Math.ceil((members.at(-1)?.end ?? 0) / packRow) * packRow,
  }));
}

/** The vector of a pack; `of`: the elements of each member. */
export function packed(pack: Pack, of: (name: string) => Float32Array): Float32Array {
  const data = new Float32Array(pack.length);
  for (const { name, start } of pack.members) data.set(of(name), start);
  return data;
}

function isAlike(a: ParameterGroup, b: ParameterGroup): boolean {
  return a.weightDecay === b.weightDecay && a.learningRateScale === b.learningRateScale;
}
