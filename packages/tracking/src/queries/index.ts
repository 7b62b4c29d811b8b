export { type BestQuery, bestRuns } from './best-runs.ts';
export { type ComparedValues, type Comparison, compareRuns, compareRunsSql } from './compare-runs.ts';
export { type Curve, type CurveQuery, type Curves, curves, curvesSql } from './curves.ts';
export { editRun, type RunEdit } from './edit-run.ts';
export { type EvaluationDelta, evaluationDelta, type MeasuredModel } from './evaluation-delta.ts';
export { type Evaluation, type EvaluationQuery, findEvaluations } from './evaluations.ts';
export { type ExportedPoint, exportPoints } from './export-points.ts';
export { type FieldNames, fieldNames } from './field-names.ts';
export type { FigureDelta, PairedAnswers } from './figure-delta.ts';
export {
  type CurveSummary,
  countRuns,
  type FoundRun,
  findRuns,
  findRunsSql,
  type RunPage,
  type RunQuery,
} from './find-runs.ts';
export type { Leaf } from './flatten.ts';
export { getRun, type RunDetail } from './get-run.ts';
export { type GroupMean, type GroupQuery, groupRuns, type RunGroup } from './group-runs.ts';
export { type Lineage, type LineageArtifact, type LineageEdge, type LineageStart, lineage } from './lineage.ts';
export {
  type ComparedModel,
  type ModelFigure,
  type ModelFigures,
  type ModelQuery,
  modelFigures,
  type ReportedModel,
} from './model-figures.ts';
export { type NamedParts, requireNames } from './require-names.ts';
export { artifactsOfRun, type RunArtifact } from './run-artifacts.ts';
export { NotFound, requireRuns, resolveRuns } from './run-keys.ts';
export type { RunSummary } from './run-summary.ts';
export { type SeedGroup, type SeedQuery, seedGroups } from './seed-groups.ts';
