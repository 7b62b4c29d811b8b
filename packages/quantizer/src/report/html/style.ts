/** The page's style: light and dark, on a phone and on paper. Colours of series are those of Okabe and Ito, which the colour-blind tell apart. */
export const style = `
:root { color-scheme: light dark; --back: #fff; --front: #1c2126; --soft: #5b6570; --line: #d9dee3; --card: #f6f8fa; --heat: 0 114 178;
  --s0: #0072b2; --s1: #d55e00; --s2: #009e73; --s3: #cc79a7; --s4: #b38600; --s5: #56b4e9; --s6: #7a5cc9; --s7: #6b6b6b; }
@media (prefers-color-scheme: dark) { :root { --back: #14181c; --front: #e6eaee; --soft: #9aa5b1; --line: #323b44; --card: #1c2228; --heat: 86 180 233;
  --s0: #56b4e9; --s1: #ff8c42; --s2: #3ccfa2; --s3: #e7a0c8; --s4: #e0b53c; --s5: #9bd4f5; --s6: #b09cf0; --s7: #a8a8a8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 74rem; padding: 1.25rem; background: var(--back); color: var(--front); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; } h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
p { margin: .3rem 0 .8rem; } .soft { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .87rem; }
th, td { padding: .3rem .6rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; } thead th { color: var(--soft); font-weight: 600; }
tbody th { font-weight: 600; }
.notes { font-size: .85rem; color: var(--soft); padding-left: 1.1rem; overflow-wrap: anywhere; } .notes b { color: var(--front); }
.grid2 { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: 1rem; }
figure { margin: 0; padding: .8rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; break-inside: avoid; }
figcaption { font-size: .87rem; font-weight: 600; margin-bottom: .3rem; } svg { width: 100%; height: auto; display: block; }
svg text { font: 11px system-ui, sans-serif; fill: var(--soft); } svg .mark { fill: var(--front); font-weight: 600; }
svg .grid { stroke: var(--line); } svg .even { stroke: var(--soft); stroke-dasharray: 4 4; } svg .front { fill: none; stroke: var(--soft); stroke-dasharray: 2 4; stroke-width: 1.5; }
svg .line { fill: none; stroke: var(--c); stroke-width: 2; } svg circle { fill: var(--c); } svg .whisker { stroke: var(--c); stroke-width: 1.5; opacity: .6; }
${Array.from({ length: 8 }, (_, i) => `.s${i} { --c: var(--s${i}); }`).join(' ')}
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1rem; padding: 0; margin: .4rem 0 .8rem; font-size: .87rem; }
.legend i { display: inline-block; width: .75rem; height: .75rem; border-radius: 50%; background: var(--c); margin-right: .35rem; vertical-align: -.08rem; }
.confusion td { text-align: center; background: rgb(var(--heat) / calc(var(--share) * 55%)); } .confusion td:first-child { text-align: center; } .confusion tbody th { text-align: left; color: var(--soft); font-weight: 400; }
@media print { :root { color-scheme: light; --back: #fff; --front: #000; --soft: #444; --line: #bbb; --card: #fff; } body { max-width: none; font-size: 11px; } .scroll { overflow: visible; } table { font-size: 8px; } th, td { padding: .2rem .3rem; } h2 { break-after: avoid; } }
`;
