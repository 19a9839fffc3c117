import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import { LANGUAGES } from '../../../../src-main/contract/language'
import { menuTemplate } from '../../../../src-main/shells/electron/menu'
import { createMenuLanguage } from '../../../../src-main/shells/electron/menu-language'
import { PAGE_URL } from '../../../../src-main/shells/electron/page-origin'

vi.mock('electron', () => ({ Menu: {} }))

const itemsOf = (template: readonly MenuItemConstructorOptions[]) =>
  template.flatMap(({ submenu }) => submenu as MenuItemConstructorOptions[]).filter(({ type }) => type !== 'separator')
const templateOf = (language: (typeof LANGUAGES)[number], withDeveloperTools = false) => menuTemplate({ language, withDeveloperTools })

describe('the menu', () => {
  it('does the same in both languages, and names everything in its own words', () => {
    const [english, german] = LANGUAGES.map((language) => itemsOf(templateOf(language, true)))
    expect(german?.map(({ role, accelerator, visible }) => ({ role, accelerator, visible }))).toEqual(
      english?.map(({ role, accelerator, visible }) => ({ role, accelerator, visible })),
    )
    expect(english?.filter(({ label }, index) => label === undefined || label === german?.[index]?.label)).toEqual([])
    expect(templateOf('en').map(({ label }) => label)).toEqual(['File', 'Edit', 'View'])
    expect(templateOf('de').map(({ label }) => label)).toEqual(['Datei', 'Bearbeiten', 'Ansicht'])
  })

  it('lets a page neither reload nor open the tools of developers, unless it is being developed', () => {
    const rolesOf = (withDeveloperTools: boolean) => itemsOf(templateOf('de', withDeveloperTools)).map(({ role }) => role)
    expect(rolesOf(false)).not.toContain('toggleDevTools')
    expect(rolesOf(false)).not.toContain('reload')
    expect(rolesOf(true)).toContain('toggleDevTools')
  })
})

describe('the language of the menu', () => {
  const OWN = { url: PAGE_URL, parent: null }

  it('is the one that the window says', () => {
    const use = vi.fn()
    const choose = createMenuLanguage({ pageUrl: PAGE_URL, use })
    expect(choose(OWN, 'de')).toEqual({ result: null })
    expect(use).toHaveBeenCalledExactlyOnceWith('de')
  })

  it('is chosen by no other page, and is none that the menu does not have', () => {
    const use = vi.fn()
    const choose = createMenuLanguage({ pageUrl: PAGE_URL, use })
    for (const frame of [null, { url: 'https://example.com/', parent: null }, { url: PAGE_URL, parent: {} }])
      expect(choose(frame, 'de')).toEqual({ error: 'Only the window of the lab may choose the language.' })
    for (const payload of [undefined, 'fr', ['de'], { language: 'de' }, 'de'.repeat(1000)])
      expect(choose(OWN, payload)).toEqual({ error: 'The menu does not have this language.' })
    expect(use).not.toHaveBeenCalled()
  })
})
