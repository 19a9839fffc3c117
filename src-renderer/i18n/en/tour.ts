/** The guided tour of the live lab. Its words become markup: no sign here may mean something there. */
export const tour = {
  tour: {
    take: 'Take the tour',
    progress: 'Step {step} of {count}',
    next: 'Next',
    back: 'Back',
    close: 'End the tour',
    toExercises: 'Go to the exercises',
    pair: {
      title: 'Two controllers, one array',
      text:
        'A and B both run, and both see all drives. Each owns some of the volumes and serves them. When one of them fails, ' +
        'the other takes over its work.',
    },
    host: {
      title: 'The host and its two paths',
      text:
        'The host reaches the volumes over two paths, one to each controller. It prefers the path to the owner of a volume. ' +
        'Start the workload here: now the host reads and writes all the time.',
    },
    kill: {
      title: 'Kill A, and watch B',
      text:
        'Kill ends A at once. Then watch B: it misses A, makes sure that A can write no more, claims its volumes, ' +
        'replays the log and serves. You can do it now. Restart brings A back.',
    },
    serving: {
      title: 'Who serves what',
      text:
        'This line says which controller serves each LUN and answers at each address. After a takeover, ' +
        'the LUNs and the addresses of the dead controller stand at the other one.',
    },
    vitals: {
      title: 'How long, and whether anything was lost',
      text:
        'The outage meter says how long the host got no answer. The ledger has every write that was acknowledged to the host, ' +
        'and reads it back: nothing may be lost.',
    },
    exercises: {
      title: 'Now it is your turn',
      text:
        'In the exercises you first say what you think will happen, then break something, ' +
        'and see which events decide whether you were right. The first one takes five minutes.',
    },
  },
}
