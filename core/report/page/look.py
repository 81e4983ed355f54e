"""Style and script of the page. Nothing is loaded from anywhere; printed, it takes two sheets."""

import base64
import hashlib

STYLE = """
:root { color-scheme: light dark; --ink: #1b2430; --soft: #5a6672; --line: #d9dfe6; --paper: #fff;
  --up: #248ae9; --down: #d34503; --other: #914f7a; --total: #5a6672; --band: #248ae933; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --soft: #a3afbb; --line: #36414d;
  --paper: #12171d; --total: #8d99a6; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, "Segoe UI", Arial, sans-serif; margin: 0 auto; max-width: 70rem;
  padding: 1.5rem 1rem 3rem; color: var(--ink); background: var(--paper); }
header .of { color: var(--soft); margin: 0; }
h1 { font-size: 1.65rem; line-height: 1.25; margin: .25rem 0 1rem; text-wrap: balance; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 0 0 .5rem; text-wrap: balance; }
section { border-top: 1px solid var(--line); padding: 1.25rem 0; break-inside: avoid; }
section p { margin: .35rem 0; overflow-wrap: anywhere; }
.trust { color: var(--soft); font-size: .8125rem; }
.both { display: grid; grid-template-columns: 3fr 2fr; gap: 1.5rem; }
@media screen and (max-width: 48rem) { .both { grid-template-columns: minmax(0, 1fr); }
  .scroll table { min-width: 36rem; } }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: break-word; }
th { color: var(--soft); font-weight: 600; } .num { text-align: right; white-space: nowrap; }
figure { margin: 0; min-width: 0; } figcaption { font-weight: 600; font-size: .875rem; }
svg { width: 100%; height: auto; display: block; overflow: visible; font-size: 12px; }
svg text { fill: currentColor; }
svg .mark { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
svg:focus-visible { outline: 2px solid var(--up); }
output { display: block; min-height: 1.5em; font-size: .8125rem; color: var(--soft); }
details summary { cursor: pointer; font-weight: 600; }
@page { size: A4; margin: 9mm 11mm; }
@media print {
  :root { color-scheme: light; --ink: #1b2430; --soft: #5a6672; --line: #d9dfe6; --paper: #fff;
    --total: #5a6672; }
  body { max-width: none; padding: 0; font-size: 6.6pt; line-height: 1.2; }
  h1 { font-size: 13pt; margin: 0 0 1mm; } h2 { font-size: 8.2pt; margin-bottom: .4mm; }
  section { padding: .9mm 0; } section p { margin: .2mm 0; } .trust { font-size: 5.6pt; }
  section, figure { break-inside: avoid; }
  table { font-size: 5.9pt; } th, td { padding: 0 2mm 0 0; }
  figcaption { font-size: 7pt; }
  svg { max-height: 36mm; } .both { grid-template-columns: 1fr 1fr; gap: 5mm; }
  output, details, .screen, #risk table, .rule { display: none; }
  .turn { break-before: page; border-top: 0; }
}
"""

SCRIPT = """
for (const svg of document.querySelectorAll('svg[tabindex]')) {
  const columns = [...svg.querySelectorAll('.at')], out = svg.parentNode.querySelector('output');
  const rule = svg.querySelector('.rule');
  let now = -1;
  const show = (i) => {
    now = Math.max(0, Math.min(columns.length - 1, i));
    const at = columns[now];
    out.textContent = at.dataset.said;
    if (!rule) { return; }
    rule.setAttribute('x1', at.dataset.x); rule.setAttribute('x2', at.dataset.x);
    rule.setAttribute('visibility', 'visible');
  };
  columns.forEach((at, i) => at.addEventListener('pointerenter', () => show(i)));
  svg.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); show(now + step); }
  });
}
"""

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "script-src 'sha256-"
    + base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode("ascii")
    + "'"
)
"""What the page may do: show itself and run the script above, nothing else."""
