import { nearest, UserError } from '@retort/shared';

/** What precision can be asked for; `auto`: bf16 where the processor gains by it, else fp32. */
export const precisions = ['auto', 'fp32', 'bf16'] as const;
export type PrecisionChoice = (typeof precisions)[number];

/** Names the precision where the command line does not, and so passes through Nx. */
export const precisionVariable = 'RETORT_PRECISION';

/** The name as an option or the environment gives it; nothing at all means `auto`. */
export function parsePrecision(text: string | boolean | undefined): PrecisionChoice {
  if (text === undefined || text === '') return 'auto';
  const name = precisions.find((known) => known === text);
  if (name !== undefined) return name;
  const near = nearest(String(text), precisions);
  throw new UserError(`there is no precision "${text}"`, {
    place: { field: `--precision, or ${precisionVariable} in the environment` },
    remedy: near === undefined ? `use one of: ${precisions.join(', ')}` : `did you mean "${near}"?`,
  });
}
