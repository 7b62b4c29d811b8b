/** Filled in the next commits. */
export default function PlaygroundView() {
  return <h1>Playground</h1>;
}
