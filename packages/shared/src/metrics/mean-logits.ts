/** The logits of a text: the mean of those of its windows, of which there is at least one. All have the same length. */
export function meanLogits(windows: readonly Float32Array[]): Float32Array {
  if (windows.length === 1) return windows[0];
  return Float32Array.from(windows[0], (_, label) => {
    let sum = 0;
    for (const logits of windows) sum += logits[label];
    return sum / windows.length;
  });
}
