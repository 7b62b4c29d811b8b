import { z } from 'zod';
import { gitSchema } from './git.ts';

const digests = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/));

export const machineSchema = z.object({
  cpu: z.string(),
  /** Such as `x64`. */
  arch: z.string().optional(),
  cores: z.int(),
  /** The instruction sets that tell how fast, and how exactly, a model runs, as Linux calls them. */
  flags: z.array(z.string()),
  /** False where the system does not say which instruction sets it has; then `flags` is empty. */
  flagsKnown: z.boolean().optional(),
  /** Whether sums of uint8 x int8 products saturate, where the stage ran int8 models. */
  saturates: z.boolean().optional(),
  memoryBytes: z.number(),
});

/** `manifest.json`: what made an artifact, out of what, and what is in it. */
export const manifestSchema = z.object({
  format: z.literal(1),
  experiment: z.string(),
  stage: z.string(),
  /** The stage's slice of the resolved configuration. */
  config: z.record(z.string(), z.unknown()),
  seed: z.int().nullable(),
  /** Path relative to the workspace, or for files of the hub `hub:<model>@<commit>/<file>` -> sha256. */
  inputs: digests,
  /** Path relative to the artifact's folder -> sha256. */
  outputs: digests,
  versions: z.record(z.string(), z.string()),
  /** What a training stage computed with; why, where it was chosen by a measurement; and why another took over in the first steps, if one did. */
  engine: z
    .object({ name: z.string(), backend: z.string(), choice: z.string().optional(), fallback: z.string().optional() })
    .optional(),
  machine: machineSchema,
  /** What the run is called wherever it is recorded, and the machine's name. Absent in older manifests, as is `git`. */
  run: z.uuid().optional(),
  host: z.string().optional(),
  git: gitSchema.optional(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** Final figures of the stage, by name. */
  metrics: z.record(z.string(), z.number()),
});

export type Manifest = z.output<typeof manifestSchema>;
export type Machine = Manifest['machine'];
