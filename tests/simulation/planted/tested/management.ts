import type { TestedBug } from './tested-bug'

export const MANAGEMENT_BUGS: readonly TestedBug[] = [
  {
    name: 'ended in an earlier life',
    file: 'src-main/core/management/ended-operations.ts',
    find: 'server === this.#self && incarnation === this.#incarnation && ',
    replace: 'server === this.#self && ',
    why: 'An operation of this life ends since one of that id ended before.',
    foundBy: {
      file: 'unit/core/management/ended-operations.test.ts',
      test: 'an operation has ended in the life that ended it, and in no other life of either controller',
    },
  },
  {
    name: 'two operations with one id',
    file: 'src-main/core/management/operations.ts',
    find: "        if (standing?.state === 'running' && standing.digest !== digest) return failure(idReused(id, standing.name))\n",
    replace: '',
    why: 'Another request gets the result of the one that is running.',
    foundBy: {
      file: 'unit/core/management/operations.test.ts',
      test: 'an id belongs to the operation that is running under it, and to no other request',
    },
  },
  {
    name: 'the answer of a move that was undone',
    file: 'src-main/core/management/operations.ts',
    find: '        if (!answer.goesOn && operation !== undefined && !allMoved(standing, operation)) return failure(undone(operation))\n',
    replace: '',
    why: 'A volume is said to be where it is not.',
    foundBy: {
      file: 'unit/core/management/operations.test.ts',
      test: 'a move is answered as done only if the volume is where it was to go when the answer is committed',
    },
  },
  {
    name: 'done without a look at the committed state',
    file: 'src-main/core/management/operations.ts',
    find: "return ok(allMoved(state, operation) ? withOperationChanged(state, id, { state: 'done' }) : state)",
    replace: "return ok(withOperationChanged(state, id, { state: 'done' }))",
    why: 'An operation is done although a takeover undid it.',
    foundBy: {
      file: 'unit/core/management/operations.test.ts',
      test: 'an operation that ended well is closed as done only if the committed state says so',
    },
  },
  {
    name: 'the arbiter keeps what a dead controller asked',
    file: 'src-main/core/management/ownership-arbiter.ts',
    find: '    this.#asks = this.#asks.filter(({ from }) => from === this.#parts.self)\n',
    replace: '',
    why: 'Service ownership goes to a controller that did not ask in this life.',
    foundBy: {
      file: 'unit/core/management/ownership-arbiter.test.ts',
      test: 'what the peer asked is forgotten with it, and what this controller asks is not',
    },
  },
  {
    name: 'ownership without tenure',
    file: 'src-main/core/management/service-transfer.ts',
    find: 'relinquishing.isCommitting || !relinquishing.tenureIsOver) return',
    replace: 'relinquishing.isCommitting) return',
    why: 'Ownership goes to and fro with each request.',
    foundBy: {
      file: 'unit/core/management/service-transfer.test.ts',
      test: 'the owner keeps its ownership for its tenure, and gives it then',
    },
  },
  {
    name: 'ownership goes while a request is served',
    file: 'src-main/core/management/service-transfer.ts',
    find: '    if (this.#serving > 0 && !relinquishing.patienceIsOver) return\n',
    replace: '',
    why: 'The commits of one request are made by two owners.',
    foundBy: { file: 'unit/core/management/service-transfer.test.ts', test: 'the owner finishes what it serves first' },
  },
  {
    name: 'a volume in a group that is rebuilt',
    file: 'src-main/core/management/requests/create-volume.ts',
    find: "    if (isBeingRebuilt(state, group.value.id)) return failure(beingRebuilt(group.value, 'group'))\n",
    replace: '',
    why: 'Nobody rebuilds the stripes that changed their owner.',
    foundBy: {
      file: 'simulation/rebuild.test.ts',
      test: 'while a group could not lose another drive > no volume is made in it and none deleted',
    },
  },
  {
    name: 'held writes of a living controller are discarded',
    file: 'src-main/core/management/requests/discard-held-writes.ts',
    find: '    if (isPresent(holder)) return failure(holderIsPresent(holder))\n',
    replace: '',
    why: 'Acknowledged writes are given up although they are there.',
    foundBy: {
      file: 'simulation/held-writes.test.ts',
      test: 'held writes > are not given up while their holder is there, or without the loss being named, or where there are none',
    },
  },
  {
    name: 'another request waits for the answer of the first',
    file: 'src-main/core/management/dispatch.ts',
    find: 'const isSame = standing.digest === digest',
    replace: 'const isSame = standing.request.id === request.id',
    why: 'A request with other parameters gets the result of the first.',
    foundBy: {
      file: 'simulation/service-requests.test.ts',
      test: 'an id that is sent again > with other parameters while the first one is under way is refused, and the first one is not',
    },
  },
]
