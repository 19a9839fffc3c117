/** What a new exercise begins with: it passes its check, and every part of the format stands in it once. */
export function skeleton(id: string): string {
  const title = `${id.charAt(0).toUpperCase()}${id.slice(1).replaceAll('-', ' ')}`
  return `---
format: 1
id: ${id}
title: ${title}
outcomes:
  - Say what the learner can do afterwards.
minutes: 10
level: beginner

# The pair, and what its host does. Whatever is left out is as in a new lab.
world:
  kind: simulated
  duration: 4 s
  workload: { requests-per-second: 60 }

# Each learner gets numbers of his own: write $victim instead of a or b.
variables:
  victim: { one-of: [a, b] }
  survivor: { peer-of: victim }
  moment: { between: [1000, 2000], step: 50 }

# What happens by itself.
script: []

# What the learner may do.
allowed:
  - { act: kill, controller: $victim }

# Asked before the run, and locked when it begins.
predictions:
  - id: order
    kind: order
    text: In which order do these happen?
    items:
      - { id: fenced, text: The dead controller is fenced., event: takeover.fenced }
      - { id: claimed, text: Its volumes are claimed., event: takeover.claimed }
      - { id: serving, text: The survivor serves at its address., event: takeover.serving }

checks:
  - id: taken-over
    check: some takeover.serving by \${survivor}
    points: 2
    message: Nobody took over. Kill controller \${victim}.
    hint: The dots beside a controller say what can be done to it.
    hint-cost: 1
  - id: order-predicted
    check: right("order")
    message: It happened in another order than you said.

solutions:
  - name: kill it
    acts: [{ act: kill, controller: $victim, at: $moment }]
    predictions: { order: [fenced, claimed, serving] }
  - name: kill it as soon as it serves a command
    acts: [{ act: kill, controller: $victim, on: host.response, nth: 20 }]
    predictions: { order: right }

# Each names the check that must fail.
wrong:
  - name: claims first
    acts: [{ act: kill, controller: $victim, at: $moment }]
    predictions: { order: [claimed, fenced, serving] }
    fails: order-predicted
  - name: hopes that it happens by itself
    fails: taken-over
---

Say here what this is about, in a few sentences.

## Predict

Ask the learner to say what will happen, before anything does.

## Break it

Kill controller \${victim} after about \${moment} ms.

## Explain

Say what happened and why, and link to the words of the glossary.
`
}
