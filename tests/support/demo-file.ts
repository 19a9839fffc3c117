/** A demo of two steps, with some of its lines changed. */
export function demoFile(changes: Readonly<Record<string, string>> = {}): string {
  const whole = `---
format: 1
id: demo-tryout
title: A crash
minutes: 2
seed: 7
world:
  kind: simulated
  duration: 2 s
  workload: { requests-per-second: 20, region-blocks: 256 }
script:
  - { act: kill, controller: a, at: 500 }
steps:
  - { at: 100 ms, speed: 0.5, for: 200 ms, talk: 30 s }
  - { on: midplane.controller-killed, before: 10 ms, speed: 0.01, until: takeover.serving, plus: 5 ms, talk: 1 min }
---

For whoever opens the file.

## Both serve

A host uses
both.

> Ask who owns what.

## A dies

B takes over.
`
  return Object.entries(changes).reduce((text, [from, to]) => text.replace(from, to), whole)
}

export const GERMAN_DEMO = `---
title: Ein Absturz
---

## Beide bedienen

Ein Host benutzt beide.

## A stirbt

B übernimmt.

> Fragen, warum.
`
