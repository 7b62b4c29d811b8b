import type { Lineage } from '@retort/server/client';
import { parseResponse } from 'hono/client';
import { useMemo, useRef } from 'preact/hooks';
import { ChartFigure } from '../../charts/chart-figure.tsx';
import { reachable } from '../../components/data-table.tsx';
import { usePage } from '../../context.ts';
import { answer } from '../../lib/api.ts';
import { type LineageNode, lineageGraph } from '../../lib/lineage-graph.ts';
import { navigate } from '../../lib/navigation.ts';
import { runUrl } from '../../lib/route.ts';
import { type Query, useQuery } from '../../lib/use-query.ts';
import { AbsentNote } from './absent-note.tsx';

const box = { width: 150, height: 44, gapX: 46, gapY: 14, margin: 6 };

/** From the data to the served model: runs as boxes, the artifacts between them as lines. */
export function LineageSection({ run, lineages }: { run: string; lineages: Query<readonly Lineage[]> }) {
  const { api } = usePage();
  const served = useQuery('served models', (signal) =>
    answer(parseResponse(api.models.v1.models.$get(undefined, { init: { signal } }))),
  );
  const svg = useRef<SVGSVGElement>(null);
  const graph = useMemo(() => {
    const models = (served.data?.models ?? []).flatMap(({ id, run: made }) =>
      made === null ? [] : [{ id, experiment: made.experiment, stage: made.stage }],
    );
    return lineages.data === undefined ? undefined : lineageGraph(lineages.data, { own: run, served: models });
  }, [lineages.data, served.data]);
  if (graph === undefined)
    return lineages.error === undefined ? null : <AbsentNote error={lineages.error} retry={lineages.reload} />;
  const places = new Map(graph.placed.map((placed) => [placed.node.id, placed]));
  const columns = Math.max(1, ...graph.placed.map(({ column }) => column + 1));
  const rows = Math.max(1, ...graph.placed.map(({ row }) => row + 1));
  const width = 2 * box.margin + columns * (box.width + box.gapX) - box.gapX;
  const height = 2 * box.margin + rows * (box.height + box.gapY) - box.gapY;
  const at = (id: string) => {
    const { column = 0, row = 0 } = places.get(id) ?? {};
    return { x: box.margin + column * (box.width + box.gapX), y: box.margin + row * (box.height + box.gapY) };
  };
  return (
    <ChartFigure
      title="Lineage"
      file="lineage"
      svg={() => svg.current}
      table={() => ({
        head: ['from', 'to'],
        rows: graph.edges.map(({ from, to }) => [nameOf(places.get(from)?.node), nameOf(places.get(to)?.node)]),
      })}
    >
      <section class="scroll" {...reachable} aria-label="Lineage graph">
        <svg
          ref={svg}
          class="lineage"
          viewBox={`0 0 ${width} ${height}`}
          width={width}
          height={height}
          aria-labelledby="lineage-text"
        >
          <title id="lineage-text">From the data to the served model</title>
          {graph.edges.map(({ from, to }) => {
            const [start, end] = [at(from), at(to)];
            const [x1, y1, x2, y2] = [start.x + box.width, start.y + box.height / 2, end.x, end.y + box.height / 2];
            const middle = (x1 + x2) / 2;
            return (
              <path key={`${from} ${to}`} class="edge" d={`M${x1},${y1}C${middle},${y1} ${middle},${y2} ${x2},${y2}`} />
            );
          })}
          {graph.placed.map(({ node }) => (
            <Box key={node.id} node={node} {...at(node.id)} own={node.id === run} />
          ))}
        </svg>
      </section>
    </ChartFigure>
  );
}

function Box({ node, x, y, own }: { node: LineageNode; x: number; y: number; own: boolean }) {
  const failed = node.kind === 'run' && node.status !== 'succeeded' ? ` (${node.status})` : '';
  const drawn = (
    <g transform={`translate(${x} ${y})`} class={`node ${node.kind}${own ? ' own' : ''}`}>
      <rect width={box.width} height={box.height} rx="6" />
      <text x="10" y="18" class="title">
        {node.title}
        {failed}
      </text>
      <text x="10" y="34" class="detail">
        {shorten(node.detail)}
      </text>
      <title>{node.detail}</title>
    </g>
  );
  if (node.kind !== 'run' || own) return drawn;
  const url = runUrl(node.run);
  // A link within a picture is none of HTML's, which the page follows by itself.
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(url);
  };
  return (
    <a href={url} onClick={follow}>
      {drawn}
    </a>
  );
}

function nameOf(node: LineageNode | undefined): string {
  return node === undefined ? '' : `${node.title} ${node.detail}`;
}

function shorten(text: string): string {
  return text.length <= 20 ? text : `…${text.slice(-19)}`;
}
