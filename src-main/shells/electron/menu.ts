import { Menu, type MenuItemConstructorOptions } from 'electron'

/** Copying, zooming and closing; what the lab does is in its window. */
export function setMenu(options: { readonly withDeveloperTools: boolean }): void {
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    // Its own shortcut wants the Shift key where Plus is on the key of the equals sign.
    { role: 'zoomIn', accelerator: 'CommandOrControl+=', visible: false },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
    ...(options.withDeveloperTools ? ([{ role: 'reload' }, { role: 'toggleDevTools' }] as const) : []),
  ]
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([{ label: 'File', submenu: [{ role: 'quit' }] }, { role: 'editMenu' }, { label: 'View', submenu: view }]),
  )
}
