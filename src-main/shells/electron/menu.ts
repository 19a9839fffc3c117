import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { Language } from '../../contract/language'
import { MENU_WORDS } from './menu-words'

export interface MenuOptions {
  readonly language: Language
  readonly withDeveloperTools: boolean
}

/** Copying, zooming and closing; what the lab does is in its window. */
export function setMenu(options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)))
}

export function menuTemplate({ language, withDeveloperTools }: MenuOptions): MenuItemConstructorOptions[] {
  const words = MENU_WORDS[language]
  const item = (role: keyof (typeof words)['items']): MenuItemConstructorOptions => ({ role, label: words.items[role] })
  return [
    { label: words.file, submenu: [item('quit')] },
    {
      label: words.edit,
      submenu: [
        ...[item('undo'), item('redo'), { type: 'separator' as const }],
        ...[item('cut'), item('copy'), item('paste'), item('delete'), { type: 'separator' as const }, item('selectAll')],
      ],
    },
    {
      label: words.view,
      submenu: [
        item('resetZoom'),
        item('zoomIn'),
        // Its own shortcut wants the Shift key where Plus is on the key of the equals sign.
        { ...item('zoomIn'), accelerator: 'CommandOrControl+=', visible: false },
        item('zoomOut'),
        { type: 'separator' },
        item('togglefullscreen'),
        ...(withDeveloperTools ? [item('reload'), item('toggleDevTools')] : []),
      ],
    },
  ]
}
