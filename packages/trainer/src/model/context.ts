import type { Ops } from '../ops/ops.ts';
import type { ModelConfig } from './config.ts';

/** What a forward pass needs besides its inputs. */
export interface Context<T> {
  readonly ops: Ops<T>;
  readonly config: ModelConfig;
  readonly parameter: (name: string) => T;
  readonly dropout: number;
}

/** x W^T + b with the weights of one layer: [.., in] -> [.., out]. */
export function linear<T>({ ops, parameter }: Context<T>, name: string, x: T): T {
  return ops.linear(x, parameter(`${name}.weight`), parameter(`${name}.bias`));
}

export function layerNorm<T>({ ops, config, parameter }: Context<T>, name: string, x: T): T {
  return ops.layerNorm(x, parameter(`${name}.weight`), parameter(`${name}.bias`), config.epsilon);
}
