import type { Language } from '../../contract/language'

const en = {
  file: 'File',
  edit: 'Edit',
  view: 'View',
  items: {
    quit: 'Quit',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    delete: 'Delete',
    selectAll: 'Select All',
    resetZoom: 'Actual Size',
    zoomIn: 'Zoom In',
    zoomOut: 'Zoom Out',
    togglefullscreen: 'Full Screen',
    reload: 'Reload',
    toggleDevTools: 'Developer Tools',
  },
}

const de: typeof en = {
  file: 'Datei',
  edit: 'Bearbeiten',
  view: 'Ansicht',
  items: {
    quit: 'Beenden',
    undo: 'Rückgängig',
    redo: 'Wiederholen',
    cut: 'Ausschneiden',
    copy: 'Kopieren',
    paste: 'Einfügen',
    delete: 'Löschen',
    selectAll: 'Alles auswählen',
    resetZoom: 'Originalgröße',
    zoomIn: 'Vergrößern',
    zoomOut: 'Verkleinern',
    togglefullscreen: 'Vollbild',
    reload: 'Neu laden',
    toggleDevTools: 'Entwicklerwerkzeuge',
  },
}

/** What stands in the menu, in the languages of the window: Electron itself has only English words for it. */
export const MENU_WORDS: Readonly<Record<Language, typeof en>> = { en, de }
