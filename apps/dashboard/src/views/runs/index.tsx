/** Filled in the next commits. */
export default function RunsView() {
  return <h1>Runs</h1>;
}
