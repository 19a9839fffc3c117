import type { TestedBug } from './tested-bug'

export const ISCSI_BUGS: readonly TestedBug[] = [
  {
    name: 'the window is one command smaller',
    file: 'src-main/core/iscsi/session/command-window.ts',
    find: 'serialDistance(cmdSn, this.#maxCmdSn) <= 0',
    replace: 'serialDistance(cmdSn, this.#maxCmdSn) < 0',
    why: 'The last command of a full window is ignored.',
    foundBy: {
      file: 'unit/core/iscsi/session/command-window.test.ts',
      test: 'CommandWindow > gives every command once and in order, from any start, however they are shuffled',
    },
  },
  {
    name: 'early commands of an old connection',
    file: 'src-main/core/iscsi/session/command-window.ts',
    find: '    this.#held.clear()\n',
    replace: '',
    why: 'A command runs twice after a connection is replaced.',
    foundBy: {
      file: 'conformance/iscsi/connection-reinstatement.test.ts',
      test: 'connection reinstatement > lets early commands come again',
    },
  },
  {
    name: 'Data-Out without its order',
    file: 'src-main/core/iscsi/session/write-transfer.ts',
    find: 'pdu.dataSn !== sequence.nextDataSn || ',
    replace: '',
    why: 'A lost PDU is not noticed.',
    foundBy: { file: 'conformance/iscsi/data-out.test.ts', test: 'wrong data of writes > solicited: a gap in DataSN' },
  },
  {
    name: 'R2T for data that has come',
    file: 'src-main/core/iscsi/session/write-transfer.ts',
    find: 'Math.max(this.#askedBytes, this.#received.bytes)',
    replace: 'this.#askedBytes',
    why: 'Immediate data is asked for again.',
    foundBy: {
      file: 'unit/core/iscsi/session/write-transfer.test.ts',
      test: 'WriteTransfer > asks for nothing while unsolicited data is coming, then for the rest',
    },
  },
  {
    name: 'a first burst longer than any burst',
    file: 'src-main/core/iscsi/session/login.ts',
    find: '    parameters.FirstBurstLength = Math.min(parameters.FirstBurstLength, parameters.MaxBurstLength)\n',
    replace: '',
    why: 'More unsolicited data is taken than was agreed.',
    foundBy: { file: 'unit/core/iscsi/session/login.test.ts', test: 'a first burst of 131072 is no longer than any burst of 16384' },
  },
  {
    name: 'any stage of the login',
    file: 'src-main/core/iscsi/session/login.ts',
    find: "    if (request.currentStage !== this.#stage) return protocolError('not the stage that was agreed on')\n",
    replace: '',
    why: 'A stage is left out.',
    foundBy: {
      file: 'conformance/iscsi/login-errors.test.ts',
      test: 'login refusals > an initiator that changes the stage, without having agreed on it on the way',
    },
  },
  {
    name: 'a login ends the session at the other portal',
    file: 'src-main/core/iscsi/session/target.ts',
    find: ' && old.initiatorName === facts.initiatorName && other.portal === connection.portal',
    replace: ' && old.initiatorName === facts.initiatorName',
    why: 'After a takeover the two paths of a host end each other.',
    foundBy: {
      file: 'conformance/iscsi/session-reinstatement.test.ts',
      test: 'session reinstatement > leaves other ISIDs, other initiators and other portal groups alone',
    },
  },
  {
    name: 'CLEAR TASK SET reports a reset',
    file: 'src-main/core/iscsi/session/task-management.ts',
    find: "isReset: scope !== 'tasks-of-unit'",
    replace: "isReset: scope !== 'task'",
    why: 'All initiators get a unit attention of a reset that was none.',
    foundBy: {
      file: 'conformance/iscsi/task-management.test.ts',
      test: 'task management > CLEAR TASK SET ends the tasks of the unit in every session',
    },
  },
  {
    name: 'any connection is logged out',
    file: 'src-main/core/iscsi/session/session.ts',
    find: 'request.reason === LOGOUT_REASON.closeConnection && isOwnConnection',
    replace: 'request.reason === LOGOUT_REASON.closeConnection',
    why: 'A logout of a connection that is not there ends the session.',
    foundBy: { file: 'conformance/iscsi/logout.test.ts', test: 'Logout > refuses a connection that is not there and goes on' },
  },
  {
    name: "another task's text goes on",
    file: 'src-main/core/iscsi/session/text-exchange.ts',
    find: 'pdu.initiatorTaskTag !== this.#task || ',
    replace: '',
    why: 'The answers of two exchanges are mixed.',
    foundBy: {
      file: 'unit/core/iscsi/session/text-exchange.test.ts',
      test: 'an exchange belongs to one task: another one cannot go on with it, and ends it',
    },
  },
  {
    name: 'a ping is answered with too much',
    file: 'src-main/core/iscsi/session/session.ts',
    find: 'Math.min(pdu.dataBytes, this.context.peerMaxRecvBytes)',
    replace: 'pdu.dataBytes',
    why: 'The initiator gets a longer segment than it takes.',
    foundBy: { file: 'conformance/iscsi/nop.test.ts', test: 'NOP-Out > gets no more data back than the initiator takes' },
  },
  {
    name: 'a session goes on at a portal that is about to close',
    file: 'src-main/core/iscsi/session/target.ts',
    find: 'if (this.#quiesced.has(connection.portal)) return',
    replace: 'if (facts.tsih === 0 && this.#quiesced.has(connection.portal)) return',
    why: 'Its commands are begun while those before them are waited for, and their answers are cut off.',
    foundBy: {
      file: 'unit/core/iscsi/session/target.test.ts',
      test: 'IscsiTarget > lets nobody come back to a session at a portal that is about to close',
    },
  },
]
