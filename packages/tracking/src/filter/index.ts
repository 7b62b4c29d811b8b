export {
  aggregates,
  type Column,
  type ColumnType,
  columns,
  documents,
  type Field,
  type Filter,
  keywords,
  type Literal,
  type Operator,
  operators,
} from './ast.ts';
export { FilterError } from './error.ts';
export { formatField, formatFilter } from './format.ts';
export { filterLimits, parseField, parseFilter, parseSort } from './parse.ts';
export { shortId, shortIds } from './short-id.ts';
