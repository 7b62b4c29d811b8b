import { type AdamWKernel, createAdamWKernel, kernelCapacity } from './adamw-kernel.ts';

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019), with PyTorch's order of operations. */
export interface AdamWSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export const defaultAdamW: AdamWSettings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** First and second moments of a parameter's gradient. */
export interface Moments {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** What one step does to every element. */
export interface StepSize {
  /** Number of the step, from 1: it corrects the bias of the moments. */
  readonly step: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Factor on the gradient: gradient clipping. */
  readonly gradientScale: number;
}

/** Another way to take steps on large tensors, to be closed. */
export interface LargeSteps {
  /** Elements of the smallest tensor that it is for. */
  readonly least: number;
  /** What `adamWSteps` does with one size, to the rounding of fp32. */
  step(weights: Float32Array, gradient: Float32Array, moments: Moments, size: StepSize): Promise<void>;
  close(): Promise<void>;
}

let sharedKernel: AdamWKernel | undefined;

/**
 * Steps on `weights` and `moments`, in place, over elements `from` up to `to`. The first size is applied with `gradient`
 * (element i has its gradient at `gradient[i - from]`; undefined: 0), any further ones with a gradient of 0.
 * m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, w = w (1 - lr wd) - lr m' / (sqrt(v') + eps), m' and v' free of bias.
 */
export function adamWSteps(
  weights: Float32Array,
  gradient: Float32Array | undefined,
  moments: Moments,
  settings: AdamWSettings,
  sizes: readonly StepSize[],
  from = 0,
  to = weights.length,
): void {
  sharedKernel ??= createAdamWKernel();
  const kernel = sharedKernel;
  for (let start = from; start < to; start += kernelCapacity) {
    const end = Math.min(to, start + kernelCapacity);
    kernel.weights.set(weights.subarray(start, end));
    kernel.first.set(moments.first.subarray(start, end));
    kernel.second.set(moments.second.subarray(start, end));
    if (gradient === undefined) kernel.gradient.fill(0, 0, end - start);
    else kernel.gradient.set(gradient.subarray(start - from, end - from));
    sizes.forEach((size, i) => {
      if (i === 1) kernel.gradient.fill(0, 0, end - start);
      kernel.run(end - start, constants(settings, size));
    });
    weights.set(kernel.weights.subarray(0, end - start), start);
    moments.first.set(kernel.first.subarray(0, end - start), start);
    moments.second.set(kernel.second.subarray(0, end - start), start);
  }
}

function constants(
  { beta1, beta2, epsilon }: AdamWSettings,
  { step, learningRate, weightDecay, gradientScale }: StepSize,
) {
  return {
    gradientScale,
    beta1,
    beta2,
    epsilon,
    rate: learningRate / (1 - beta1 ** step),
    root: 1 / Math.sqrt(1 - beta2 ** step),
    keep: 1 - learningRate * weightDecay,
  };
}
