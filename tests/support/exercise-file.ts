/** An exercise for tests, as its author would write it. */
export const EXERCISE_FILE = `---
format: 1
id: first-takeover
title: A controller dies
outcomes:
  - Say in which order a takeover goes
minutes: 10
level: beginner
world:
  kind: simulated
  duration: 3 s
  workload:
    requests-per-second: 100
variables:
  victim:
    one-of: [a, b]
  survivor:
    peer-of: victim
  moment:
    between: [400, 900]
    step: 100
script:
  - at: $moment
    act: hang
    controller: $victim
allowed:
  - act: kill
    most: 1
predictions:
  - id: order
    text: In which order?
    kind: order
    items:
      - { id: detect, text: It is noticed, event: takeover.detected }
      - { id: fence, text: It is fenced, event: takeover.fenced }
  - id: length
    text: How long does LUN 0 not answer?
    kind: number
    unit: ms
    to: 2000
    actual: gap(lun 0)
    tolerance: 100
questions:
  - id: culprit
    text: Which event began it?
    kind: event
    actual: midplane.controller-killed
checks:
  - id: taken-over
    when: after
    check: some takeover.serving by \${survivor}
    points: 2
    message: Nobody took over.
  - id: quick
    when:
      within: 500 ms
      after: midplane.controller-killed
    check: |
      gap(lun 0) < 500 ms
        and no violation
    message: It took too long.
    hint: Kill it instead.
    hint-cost: 1
  - id: guessed
    check: right("order")
    message: The order was another one.
solutions:
  - name: kill it
    acts:
      - { on: midplane.controller-hung, plus: 20 ms, act: kill, controller: $victim }
    predictions:
      order: [detect, fence]
      length: right
    answers:
      culprit: right
wrong:
  - name: do nothing
    fails: quick
---
Watch what happens to controller \${victim}.

## Predict
Think first.

## Watch
![The stage](stage.png)
`
