import { join } from 'node:path';
import { z } from 'zod';

/** `name` or `organisation/name`, as huggingface.co calls a model. */
const hubId = /^\w[\w.-]*(?:\/\w[\w.-]*)?$/;
/** `name@revision`, or a folder: it begins with `.` or `/`. */
const written = /^(?:\.{0,2}\/.+|\w[\w.-]*(?:\/\w[\w.-]*)?(?:@(?!.*\.\.)[\w./-]+)?)$/;

/** Where the weights of a model come from, as an experiment file writes it. */
export const weightsSchema = z.union([
  z.string().regex(written, 'expected a model of the hub, such as "org/name@revision", or a folder, such as "./model"'),
  z.strictObject({
    model: z.string().regex(hubId, 'expected a model of the hub, such as "org/name"'),
    revision: z
      .string()
      .regex(/^(?!.*\.\.)[\w./-]+$/, 'expected a branch, tag or commit')
      .default('main')
      .describe('branch, tag or commit'),
  }),
]);

export type Weights = z.output<typeof weightsSchema>;

/** A checkpoint in Hugging Face form. */
export type CheckpointSource =
  | {
      readonly kind: 'hub';
      readonly model: string;
      /** Branch, tag or commit. */
      readonly revision: string;
    }
  | {
      readonly kind: 'folder';
      /** Absolute. */
      readonly folder: string;
    };

/**
 * The checkpoint that an experiment means; undefined for the words "random" and "teacher", which mean none. A folder is
 * relative to the experiment, or to the workspace with a leading "/".
 */
export function checkpointSource(
  weights: Weights,
  { folder, workspace }: { readonly folder: string; readonly workspace: string },
): CheckpointSource | undefined {
  if (weights === 'random' || weights === 'teacher') return undefined;
  if (typeof weights !== 'string') return { kind: 'hub', ...weights };
  if (weights.startsWith('/')) return { kind: 'folder', folder: join(workspace, weights) };
  if (weights.startsWith('.')) return { kind: 'folder', folder: join(folder, weights) };
  const [model, revision = 'main'] = weights.split('@');
  return { kind: 'hub', model, revision };
}
