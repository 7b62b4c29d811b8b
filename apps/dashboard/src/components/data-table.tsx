import type { ComponentChildren } from 'preact';

/** What scrolls has to be reached by keys, though nothing in it is. */
export const reachable = { tabIndex: 0 } as const;

/** The head of a column; by its class, which its cells have as well, figures stand to the right. */
export type Column = string | { readonly name: string; readonly class: string };

/** Heads of columns with figures. */
export function numbers(...names: readonly string[]): Column[] {
  return names.map((name) => ({ name, class: 'number' }));
}

interface Props {
  /** For those who do not see what stands around it. */
  readonly label: string;
  readonly columns: readonly Column[];
  /** Whether the first column stays in sight. */
  readonly sticky?: boolean;
  /** Rows. */
  readonly children: ComponentChildren;
}

/** A table on a card, in which it scrolls where it is wider. */
export function DataTable({ label, columns, sticky = false, children }: Props) {
  return (
    <section class="scroll card" {...reachable} aria-label={label}>
      <table class={sticky ? 'data sticky' : 'data'}>
        <TableHead columns={columns} />
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

export function TableHead({ columns }: Pick<Props, 'columns'>) {
  return (
    <thead>
      <tr>
        {columns.map((column, i) => {
          const { name, class: kind } = typeof column === 'string' ? { name: column, class: undefined } : column;
          return (
            <th key={i} scope="col" class={kind}>
              {name}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
