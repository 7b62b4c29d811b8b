import { projectionName } from '../model/projections.ts';
import type { Ops } from '../ops/ops.ts';
import { knownLengths } from '../ops/shapes.ts';
import type { LossContext } from './context.ts';
import type { HiddenStatesTerm } from './terms.ts';
import { meanOf, tokenMean } from './token-mean.ts';

/** Keeps the cosine of a vector of zeros finite; next to squared lengths of hidden states it is nothing. */
const epsilon = 1e-12;

/**
 * The distance of the student's hidden states from the teacher's, mean over tokens, texts and pairs of layers: 1 - cosine (Sanh
 * et al. 2019), or the mean square of the differences (Romero et al. 2015). A narrower student's states go through a learned
 * linear map first (Jiao et al. 2020).
 */
export function hiddenStatesLoss<T>(context: LossContext<T>, { pairs, distance, tokens }: HiddenStatesTerm): T {
  const { ops, outputs, teacher, shares } = context;
  return meanOf(
    ops,
    pairs.map((pair) => {
      const state = outputs.hiddenStates[pair.student];
      const mine = project(context, tokens === 'cls' ? ops.slice(state, 1, 0, 1) : state, pair.student);
      const theirs = teacher({ kind: tokens === 'cls' ? 'cls' : 'hidden_states', state: pair.teacher });
      const distances = distance === 'cosine' ? cosineDistance(ops, mine, theirs) : squareDistance(ops, mine, theirs);
      return tokens === 'cls' ? ops.mean(distances) : tokenMean(ops, distances, shares);
    }),
  );
}

/** To the teacher's width, where the student's is another. */
function project<T>({ ops, parameter, projected }: LossContext<T>, x: T, state: number): T {
  if (!projected) return x;
  const name = projectionName(state);
  return ops.linear(x, parameter(`${name}.weight`), parameter(`${name}.bias`));
}

/** 1 - <a, b> / (|a| |b|): [B, M, H] -> [B, M]. */
function cosineDistance<T>(ops: Ops<T>, a: T, b: T): T {
  const dot = (x: T, y: T) => ops.sum(ops.mul(x, y), [2]);
  const inverseLengths = ops.exp(ops.affine(ops.log(ops.affine(ops.mul(dot(a, a), dot(b, b)), 1, epsilon)), -0.5));
  return ops.affine(ops.mul(dot(a, b), inverseLengths), -1, 1);
}

/** |a - b|^2 / H: [B, M, H] -> [B, M]. */
function squareDistance<T>(ops: Ops<T>, a: T, b: T): T {
  const [width] = knownLengths(ops.shape(a).slice(2));
  const difference = ops.sub(a, b);
  return ops.affine(ops.sum(ops.mul(difference, difference), [2]), 1 / width);
}
