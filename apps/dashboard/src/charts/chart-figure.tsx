import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { reachable, TableHead } from '../components/data-table.tsx';
import { usePage } from '../context.ts';
import { formatCsv } from '../lib/csv.ts';
import { download } from '../lib/download.ts';
import { savePng, saveSvg } from './export-image.ts';

export type Cell = string | number | boolean | null | undefined;

/** The figures of a chart as a table, for whom a picture says nothing, and for spreadsheets. */
export interface ChartTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

interface Props {
  readonly title: string;
  readonly note?: ComponentChildren;
  /** Of files, without an ending. */
  readonly file: string;
  readonly table: () => ChartTable;
  /** The chart as it is to be saved. */
  readonly svg: () => SVGSVGElement | null | Promise<SVGSVGElement>;
  readonly children: ComponentChildren;
  readonly controls?: ComponentChildren;
}

/** Most rows that the table beneath a chart shows; the CSV file has all. */
const shownRows = 500;

/** A chart with its title, its figures as a table, and its files. */
export function ChartFigure({ title, note, file, table, svg, children, controls }: Props) {
  const { tell } = usePage();
  const id = useId();
  const [open, setOpen] = useState(false);
  const save = async (kind: 'SVG' | 'PNG') => {
    const found = await svg();
    if (found === null) return tell('There is nothing to save yet.');
    if (kind === 'SVG') saveSvg(found, file);
    else await savePng(found, file);
    tell(`Saved ${file}.${kind.toLowerCase()}`);
  };
  const saveCsv = () => {
    const { head, rows } = table();
    download(`${file}.csv`, formatCsv(head, rows), 'text/csv');
    tell(`Saved ${file}.csv`);
  };
  return (
    <figure class="chart card" aria-labelledby={id}>
      <figcaption>
        <h3 id={id}>{title}</h3>
        <div class="chart-tools">
          {controls}
          <button type="button" class="plain" aria-expanded={open} onClick={() => setOpen(!open)}>
            Table
          </button>
          <button type="button" class="plain" aria-label={`Save ${title} as SVG`} onClick={() => void save('SVG')}>
            SVG
          </button>
          <button type="button" class="plain" aria-label={`Save ${title} as PNG`} onClick={() => void save('PNG')}>
            PNG
          </button>
          <button type="button" class="plain" aria-label={`Save ${title} as CSV`} onClick={saveCsv}>
            CSV
          </button>
        </div>
      </figcaption>
      {note !== undefined && <p class="quiet">{note}</p>}
      {children}
      {open && <FigureTable label={title} {...table()} />}
    </figure>
  );
}

/** Figures in rows; numbers to the right. */
export function FigureTable({ label, head, rows }: ChartTable & { label: string }) {
  return (
    <section class="scroll" {...reachable} aria-label={`${label}, as a table`}>
      <table class="data">
        <TableHead columns={head} />
        <tbody>
          {rows.slice(0, shownRows).map((row, i) => (
            <tr key={i}>
              {row.map((cell, j) => (
                <td key={head[j]} class={typeof cell === 'number' ? 'number' : undefined}>
                  {cell ?? '–'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shownRows && (
        <p class="quiet">
          The first {shownRows} of {rows.length} rows; the CSV file has all.
        </p>
      )}
    </section>
  );
}
