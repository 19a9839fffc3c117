import { WorldRun } from './src-main/simulator/run/run-world'
const n = { started: 0, rebuilt: 0, ended: 0, failed: 0, bad: [] as number[] }
for (let seed = Number(process.env.SEED); seed < Number(process.env.SEED) + Number(process.env.N); seed++) {
  const run = new WorldRun({ seed, operations: Number(process.env.OPS) })
  run.world.trace.onEvent((e: any) => { if (e.kind === 'drive.rebuild-started') n.started++; else if (e.kind === 'drive.rebuilt') n.rebuilt++; else if (e.kind === 'drive.rebuild-ended') n.ended++; else if (e.kind==='drive.failed') n.failed++ })
  while (run.step());
  const r = run.result(); if (r.violations.length) { n.bad.push(seed); console.log(seed, r.violations.map(v => v.atMs.toFixed(1) + ' ' + v.checker + ' ' + v.sentence).join(' | ')) }
}
console.log(n)
