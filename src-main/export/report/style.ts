import { Markup } from './markup'

/** On the screen as on paper: black on white, and nothing that only a colour tells. */
export const STYLE = new Markup(`
:root { --a: #0a5ba4; --b: #924900; --good: #0b6d45; --bad: #b81637; --soft: #48566b; --line: #c4ccd6; --wash: #f1f4f8; }
* { box-sizing: border-box; }
body { max-width: 1000px; margin: 0 auto; padding: 28px 24px 48px; background: #fff; color: #131a24;
  font: 14px/1.45 system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif; font-variant-numeric: tabular-nums; }
h1 { margin: 0; font-size: 25px; } h2 { margin: 30px 0 8px; padding-bottom: 4px; border-bottom: 1px solid var(--line); font-size: 18px; }
h3 { margin: 16px 0 4px; font-size: 14.5px; } p { margin: 6px 0; }
.soft, figcaption, small { color: var(--soft); } figure { margin: 8px 0; } figcaption { font-size: 12.5px; }
svg { display: block; width: 100%; height: auto; } svg text { fill: #131a24; font: 12px system-ui, 'DejaVu Sans', sans-serif; }
svg .soft { fill: var(--soft); } svg .small { font-size: 10.5px; } svg .strong { font-weight: 700; font-size: 15px; }
table { width: 100%; border-collapse: collapse; font-size: 12.5px; }
th, td { padding: 3px 10px 3px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 600; } .number { text-align: right; white-space: nowrap; }
.verdict { margin: 16px 0 0; padding: 9px 13px; border: 2px solid var(--soft); border-radius: 6px; font-size: 16px; font-weight: 650; }
.verdict.good { border-color: var(--good); color: var(--good); } .verdict.bad { border-color: var(--bad); color: var(--bad); }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 8px 18px; margin: 14px 0 0; }
.facts dt { color: var(--soft); font-size: 12px; } .facts dd { margin: 0; font-size: 17px; font-weight: 650; }
.notes { padding: 10px 14px; border-left: 4px solid var(--soft); background: var(--wash); white-space: pre-wrap; overflow-wrap: anywhere; }
code, pre { font: 12.5px ui-monospace, 'DejaVu Sans Mono', monospace; } pre { padding: 9px 12px; background: var(--wash);
  white-space: pre-wrap; overflow-wrap: anywhere; } .fault { color: var(--bad); } .violation { color: var(--bad); font-weight: 700; }
.takeover { font-weight: 650; } section, figure, tr, .takeover-record { break-inside: avoid; } section.long { break-inside: auto; }
@media print { body { max-width: none; padding: 0; font-size: 11.5px; } h2 { margin-top: 18px; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } thead { display: table-header-group; } }
@page { margin: 14mm; }
`)
