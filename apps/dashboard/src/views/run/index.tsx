/** Filled in the next commits. */
export default function RunView({ run }: { run: string }) {
  return <h1>Run {run}</h1>;
}
