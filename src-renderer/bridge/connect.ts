import type { LabApi } from '../../src-main/contract/lab-api'
import { LAB_SOCKET_PATH } from '../../src-main/contract/lab-socket'
import type { LabConnection } from './connection'
import { openLabSocket } from './socket'
import { takeToken } from './token'

/** The desktop window has the lab in its preload script; a browser page reaches it by WebSocket. */
export function connectLab(page: Window): LabConnection {
  if (page.lab !== undefined) return desktopConnection(page.lab)
  const token = (): string => takeToken({ location: page.location, history: page.history, storage: page.sessionStorage })
  const scheme = page.location.protocol === 'https:' ? 'wss' : 'ws'
  const connection = openLabSocket({
    url: `${scheme}://${page.location.host}${LAB_SOCKET_PATH}`,
    token: token(),
    open: (url) => new WebSocket(url),
  })
  // After a restart of the lab, only the token in the address differs, and browsers do not reload a page for that.
  page.addEventListener('hashchange', () => {
    if (page.location.hash.includes('token=')) connection.useToken(token())
  })
  return connection
}

function desktopConnection(api: LabApi): LabConnection {
  return { api, kind: 'desktop', linkState: () => 'open', onLinkState: () => () => undefined }
}
