/**
 * Positions as sines and cosines (Vaswani et al. 2017, section 3.5), [positions, hidden]:
 * sin(p / 10000^(2i / hidden)) at column 2i, cos of the same at column 2i + 1.
 */
export function sinusoidalPositions(positions: number, hidden: number): Float32Array {
  const table = new Float32Array(positions * hidden);
  for (let position = 0; position < positions; position++) {
    for (let column = 0; column < hidden; column++) {
      const angle = position / 10_000 ** ((2 * Math.floor(column / 2)) / hidden);
      table[position * hidden + column] = column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return table;
}
