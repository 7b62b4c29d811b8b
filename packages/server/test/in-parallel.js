export async function inParallel(width, items, work) {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
//# sourceMappingURL=in-parallel.js.map
