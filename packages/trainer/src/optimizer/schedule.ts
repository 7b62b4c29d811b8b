/**
 * The share of the peak learning rate at a step (from 0): linear rise over the warm-up, then linear fall to 0 at `total`
 * (Devlin et al. 2019; transformers' `get_linear_schedule_with_warmup`).
 */
export function linearSchedule(step: number, total: number, warmupSteps: number): number {
  if (step < warmupSteps) return step / Math.max(1, warmupSteps);
  return Math.max(0, (total - step) / Math.max(1, total - warmupSteps));
}
