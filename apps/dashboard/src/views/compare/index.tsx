/** Filled in the next commits. */
export default function CompareView() {
  return <h1>Compare</h1>;
}
