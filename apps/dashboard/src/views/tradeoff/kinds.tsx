import { seriesToken } from '../../charts/series-style.ts';
import { tokenColor } from '../../lib/theme.ts';
import { kinds } from '../../lib/trade-off.ts';

type Symbol = 'circle' | 'square' | 'triangle' | 'diamond' | 'star' | 'times';

/** Forms beside colours, for who does not tell these apart. */
const symbols: readonly Symbol[] = ['circle', 'square', 'triangle', 'diamond', 'star', 'times'];
const glyphs = ['●', '■', '▲', '◆', '★', '✕'];
const order = [0, 2, 1, 3, 6, 7];

export function kindSymbol(place: number): Symbol {
  return symbols[place];
}

export function kindColor(place: number): string {
  return tokenColor(seriesToken(order[place]));
}

/** What the forms mean: of the kinds that are there. */
export function KindLegend({ shown }: { shown: ReadonlySet<number> }) {
  return (
    <span class="kinds">
      {kinds.map((kind, place) =>
        shown.has(place) ? (
          <span key={kind}>
            <span aria-hidden="true" style={{ color: `var(${seriesToken(order[place])})` }}>
              {glyphs[place]}
            </span>{' '}
            {kind}
          </span>
        ) : null,
      )}
    </span>
  );
}
