import type { z } from '@hono/zod-openapi';
import type {
  artifactsSchema,
  consoleSchema,
  dataCardSchema,
  mistakesSchema,
  modelsSchema,
  reportSchema,
} from './files/schemas.ts';
import type { comparisonSchema, detailSchema, lineageSchema } from './schemas.ts';

/** What the routes answer, by name, for those who draw it. */
export type Comparison = z.output<typeof comparisonSchema>;
export type ConsoleTail = z.output<typeof consoleSchema>;
export type DataCard = z.output<typeof dataCardSchema>;
export type Lineage = z.output<typeof lineageSchema>;
export type MeasuredModel = z.output<typeof modelsSchema>['models'][number];
export type Mistakes = z.output<typeof mistakesSchema>;
export type Report = z.output<typeof reportSchema>;
export type RunArtifact = z.output<typeof artifactsSchema>['artifacts'][number];
export type RunDetail = z.output<typeof detailSchema>;
