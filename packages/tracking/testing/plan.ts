import type { Sql } from '../src/database/open.ts';
import type { Fragment } from '../src/queries/fragment.ts';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** How Postgres reads the tables for a statement: `Index Scan metrics`, a line a node. */
export async function scans(sql: Sql, statement: unknown): Promise<string[]> {
  const [row] = await sql`explain (format json) ${statement as Fragment}`;
  const [{ Plan }] = row['QUERY PLAN'] as { Plan: PlanNode }[];
  return collect(Plan);
}

function collect(node: PlanNode): string[] {
  const own = node['Relation Name'] === undefined ? [] : [`${node['Node Type']} ${node['Relation Name']}`];
  return [...own, ...(node.Plans ?? []).flatMap(collect)];
}
