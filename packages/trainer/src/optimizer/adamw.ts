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

/**
 * One step on `weights`, in place, over elements `from` up to `to`; element i has its gradient at `gradient[i - from]`.
 * m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, w = w (1 - lr wd) - lr m' / (sqrt(v') + eps), m' and v' free of bias.
 */
export function adamWStep(
  weights: Float32Array,
  gradient: Float32Array,
  { first, second }: Moments,
  { beta1, beta2, epsilon }: AdamWSettings,
  { step, learningRate, weightDecay, gradientScale }: StepSize,
  from = 0,
  to = weights.length,
): void {
  const rate = learningRate / (1 - beta1 ** step);
  const root = 1 / Math.sqrt(1 - beta2 ** step);
  const keep = 1 - learningRate * weightDecay;
  for (let i = from; i < to; i++) {
    const g = gradient[i - from] * gradientScale;
    const m = beta1 * first[i] + (1 - beta1) * g;
    const v = beta2 * second[i] + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    weights[i] = keep * weights[i] - (rate * m) / (Math.sqrt(v) * root + epsilon);
  }
}
