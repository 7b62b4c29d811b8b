import { Random } from '@retort/shared';
import type { Model } from '../checkpoint/model-folder.ts';
import type { Projection } from './config.ts';
import type { Parameter, ParameterSpec, Parameters } from './parameters.ts';

const prefix = 'projection.';

/** The name of the linear map that leads a hidden state of the student (0: the embeddings) to the teacher's width. */
export function projectionName(state: number): string {
  return `${prefix}hidden_states.${state}`;
}

export function projectionSpecs(projections: readonly Projection[] = []): ParameterSpec[] {
  return projections.flatMap(({ name, from, to }) => [
    { name: `${name}.weight`, shape: [to, from], kind: 'matrix' as const },
    { name: `${name}.bias`, shape: [to], kind: 'bias' as const },
  ]);
}

/**
 * The model with linear maps that are trained along with it: weights normal with variance 1 / inputs, so that what comes out is
 * as large as what goes in; biases 0.
 */
export function withProjections(
  { config, parameters }: Model,
  projections: readonly Projection[],
  seed: number,
): Model {
  if (projections.length === 0) return { config, parameters };
  const added = projectionSpecs(projections).map(({ name, shape }): [string, Parameter] => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    const random = new Random(seed, 'weights', name);
    const [, inputs] = shape;
    if (shape.length === 2) for (let i = 0; i < data.length; i++) data[i] = random.normal() / Math.sqrt(inputs);
    return [name, { shape, data }];
  });
  return { config: { ...config, projections }, parameters: new Map([...parameters, ...added]) };
}

/** The model alone, as it is exported. */
export function withoutProjections({ config, parameters }: Model): Model {
  const { projections, ...own } = config;
  if (projections === undefined) return { config, parameters };
  const kept: Parameters = new Map([...parameters].filter(([name]) => !name.startsWith(prefix)));
  return { config: own, parameters: kept };
}
