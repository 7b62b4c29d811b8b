/** Filled in the next commits. */
export default function TradeoffView() {
  return <h1>Trade-off</h1>;
}
