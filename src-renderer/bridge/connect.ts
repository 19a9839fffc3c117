import { TRAINER_FRAGMENT, type DesktopApi } from '../../src-main/contract/lab-ipc'
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
  return { ...connection, openTrainer: () => openTrainerTab(page) }
}

/** One of that name at most. It has the token of this tab, since it comes from it. */
function openTrainerTab(page: Window): Promise<void> {
  const { pathname } = page.location
  const opened = page.open(`${pathname}${TRAINER_FRAGMENT}`, 'takeover-lab-trainer', 'popup,width=580,height=860')
  if (opened === null) return Promise.reject(new Error('The browser opens no second window.'))
  opened.focus()
  return Promise.resolve()
}

function desktopConnection(api: DesktopApi): LabConnection {
  return {
    api,
    kind: 'desktop',
    linkState: () => 'open',
    onLinkState: () => () => undefined,
    saveFile: (file) => api.saveFile(file),
    useLanguage: (language) => api.useLanguage(language),
    openTrainer: () => api.openTrainer(),
  }
}
