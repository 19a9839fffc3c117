/** Finds text that is cut off, runs out of its box, or lies over other text. */

export interface Finding {
  readonly what: 'clipped' | 'outside' | 'covered' | 'scrolled'
  readonly text: string
  readonly where: string
}

/**
 * What is shortened on purpose, since it is of any length: names that a person chose, data of events and of requests, addresses,
 * commands, and sentences of the lab. Each has a tooltip, a copy button or a place where all of it stands.
 */
const SHORTENED = [
  '.row > span',
  '.story h2',
  '.story .what',
  '.line .name',
  '.access .value',
  '.history .name',
  'code.command',
  '.build span',
  '.details .why',
  '.marks td.what',
  '.marks td.where',
  '.flight td.what',
]

const LONGEST_MOVE_MS = 800

/** What may be wider than its room, and is then scrolled sideways. */
const SCROLLED_SIDEWAYS = ['.tree', '.tree *']

/** Of what has come to rest: on its way, a thing may lie over another. */
export async function findOverflow(): Promise<readonly Finding[]> {
  await browser.executeAsync(waitForRest, LONGEST_MOVE_MS)
  return browser.execute(lookForOverflow, SHORTENED.join(','), SCROLLED_SIDEWAYS.join(','))
}

/** Runs in the page, so it can use nothing from outside. */
function waitForRest(longestMs: number, done: () => void): void {
  const moves = document.getAnimations().filter((animation) => animation instanceof CSSTransition)
  const late = new Promise((resolve) => setTimeout(resolve, longestMs))
  void Promise.race([Promise.allSettled(moves.map(({ finished }) => finished)), late]).then(() => done())
}

/** Runs in the page, so it can use nothing from outside. */
function lookForOverflow(shortened: string, scrolledSideways: string): Finding[] {
  const SLACK_PX = 1.5
  const found: Finding[] = []
  const tell = (what: Finding['what'], element: Element, text: string): void => {
    const names = [element.parentElement, element].map((one) => `${one?.tagName.toLowerCase()}.${[...(one?.classList ?? [])].join('.')}`)
    found.push({ what, text: text.trim().replaceAll(/\s+/g, ' ').slice(0, 90), where: names.join(' > ') })
  }
  const isShown = (element: Element): boolean => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const style = getComputedStyle(at)
      // Older engines say of a text in an SVG group that is not drawn that it can be seen.
      if (style.display === 'none') return false
      // For ears alone, or on its way in or out.
      if (style.clipPath.startsWith('inset') || Number(style.opacity) < 0.5) return false
    }
    const { width, height } = element.getBoundingClientRect()
    return width > 1 && height > 1
  }
  const textNodes = (element: Element): Text[] =>
    [...element.childNodes].filter((node): node is Text => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '')
  const wordsOf = (text: Element): string =>
    [...text.childNodes]
      .filter((node) => node.nodeName !== 'title')
      .map((node) => node.textContent ?? '')
      .join('')
  const boxOf = (nodes: readonly Text[]): DOMRect => {
    const range = document.createRange()
    const [first, last] = [nodes[0], nodes.at(-1)]
    if (first !== undefined) range.setStartBefore(first)
    if (last !== undefined) range.setEndAfter(last)
    return range.getBoundingClientRect()
  }
  const isBeyond = (inner: DOMRect, outer: { left: number; right: number }): boolean =>
    inner.left < outer.left - SLACK_PX || inner.right > outer.right + SLACK_PX
  const isOver = (one: DOMRect, other: DOMRect): boolean =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > SLACK_PX &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > Math.min(one.height, other.height) * 0.35

  const checkInPage = (element: HTMLElement): void => {
    const nodes = textNodes(element)
    if (nodes.length === 0 || element.closest(shortened) !== null || !isShown(element)) return
    const text = nodes.map((node) => node.textContent).join('')
    const own = getComputedStyle(element)
    const scrolls = (value: string): boolean => value === 'auto' || value === 'scroll'
    if (element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1 && !scrolls(own.overflowX))
      return tell('clipped', element, text)
    if (element.clientHeight > 0 && element.scrollHeight > element.clientHeight + 2 && own.overflowY === 'hidden')
      return tell('clipped', element, text)
    const box = boxOf(nodes)
    for (let at: Element | null = element.parentElement; at !== null && at !== document.body; at = at.parentElement) {
      const { overflowX, position } = getComputedStyle(at)
      const frame = at.getBoundingClientRect()
      if (scrolls(overflowX)) return
      const holds = overflowX === 'hidden' || overflowX === 'clip' || at.tagName === 'BUTTON' || at.tagName === 'foreignObject'
      if (holds && isBeyond(box, frame)) return tell(overflowX === 'visible' ? 'outside' : 'clipped', element, text)
      if (position === 'fixed') break
    }
    if (isBeyond(box, { left: 0, right: window.innerWidth })) tell('outside', element, text)
  }

  const checkScroller = (element: HTMLElement): void => {
    const { overflowX } = getComputedStyle(element)
    if ((overflowX !== 'auto' && overflowX !== 'scroll') || element.closest(scrolledSideways) !== null || !isShown(element)) return
    if (element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1) tell('scrolled', element, element.innerText)
  }

  const checkSelect = (select: HTMLSelectElement): void => {
    if (!isShown(select)) return
    const style = getComputedStyle(select)
    const pen = document.createElement('canvas').getContext('2d')
    if (pen === null) return
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
    const text = select.selectedOptions[0]?.text ?? ''
    const room = select.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight)
    if (pen.measureText(text).width > room + SLACK_PX) tell('clipped', select, text)
  }

  /** The boxes of the picture in which its texts have to stay. */
  const FRAMES = [
    ['.host', '.body'],
    ['.chip', '.body'],
    ['.sled', '.body'],
    ['.controller', '.chassis'],
  ] as const
  const checkPicture = (picture: SVGSVGElement): void => {
    const texts = [...picture.querySelectorAll('text')].filter((text) => wordsOf(text).trim() !== '' && isShown(text))
    const boxes = texts.map((text) => ({ text, box: text.getBoundingClientRect() }))
    const edge = picture.getBoundingClientRect()
    for (const { text, box } of boxes) {
      if (isBeyond(box, edge)) tell('outside', text, wordsOf(text))
      for (const [group, frame] of FRAMES) {
        const around = text.closest(group)?.querySelector(frame)?.getBoundingClientRect()
        if (around !== undefined && isBeyond(box, around)) tell('outside', text, wordsOf(text))
      }
      const host = picture.querySelector('.host .body')?.getBoundingClientRect()
      if (text.closest('.links') !== null && host !== undefined && isOver(box, host)) tell('covered', text, wordsOf(text))
    }
    // Faults and violations lie over what they have struck, on purpose.
    const lying = boxes.filter(({ text }) => text.closest('.fault, .violation') === null)
    lying.forEach(({ text, box }, index) => {
      for (const other of lying.slice(index + 1))
        if (isOver(box, other.box)) tell('covered', text, `${wordsOf(text)} / ${wordsOf(other.text)}`)
    })
  }

  for (const element of document.querySelectorAll('body *')) {
    if (!(element instanceof HTMLElement)) continue
    checkInPage(element)
    checkScroller(element)
  }
  for (const select of document.querySelectorAll('select')) checkSelect(select)
  for (const picture of document.querySelectorAll<SVGSVGElement>('.stage svg')) if (picture.ownerSVGElement === null) checkPicture(picture)
  return found
}
