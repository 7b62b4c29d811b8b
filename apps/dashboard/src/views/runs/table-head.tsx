import type { Column } from '../../lib/columns.ts';

export interface TableHeadProps {
  readonly columns: readonly Column[];
  /** Those whose values are numbers. */
  readonly numeric: ReadonlySet<string>;
  /** A field, with `-` before it for the highest first. */
  readonly sort: string;
  readonly sortable: boolean;
  readonly onSort: (sort: string) => void;
}

/** Names of the columns; each sorts by itself. */
export function TableHead({ columns, numeric, sort, sortable, onSort }: TableHeadProps) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" class="tick">
          <span class="unseen">Selected</span>
        </th>
        <SortHead id="project" title="run" number={false} sort={sort} sortable={sortable} onSort={onSort} />
        {columns.map(({ id, title }) => (
          <SortHead
            key={id}
            id={id}
            title={title}
            number={numeric.has(id)}
            sort={sort}
            sortable={sortable}
            onSort={onSort}
          />
        ))}
      </tr>
    </thead>
  );
}

type SortHeadProps = Pick<TableHeadProps, 'sort' | 'sortable' | 'onSort'> & {
  readonly id: string;
  readonly title: string;
  readonly number: boolean;
};

function SortHead({ id, title, number, sort, sortable, onSort }: SortHeadProps) {
  const descending = sort === `-${id}`;
  const ascending = sort === id;
  const order = descending ? 'descending' : ascending ? 'ascending' : 'none';
  return (
    <th scope="col" class={number ? 'number' : undefined} aria-sort={sortable ? order : undefined} title={id}>
      {sortable ? (
        <button type="button" onClick={() => onSort(descending ? id : `-${id}`)}>
          <span>{title}</span>
          <span class="arrow" aria-hidden="true">
            {descending ? '↓' : ascending ? '↑' : ''}
          </span>
        </button>
      ) : (
        <span class="name">{title}</span>
      )}
    </th>
  );
}
