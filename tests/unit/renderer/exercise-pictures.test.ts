import { isVNode } from 'vue'
import { describe, expect, it } from 'vitest'
import { markdownNodes } from '../../../src-renderer/components/ui/markdown'

const DRAWING = 'data:image/svg+xml;base64,PHN2Zy8+'

/** The pictures and the texts of a paragraph. */
function shown(text: string, pictures: Record<string, string> = {}) {
  const [paragraph] = markdownNodes(text, pictures)
  const children: unknown = isVNode(paragraph) ? paragraph.children : []
  return (children as unknown[]).map((child) => (isVNode(child) ? { tag: child.type, ...child.props } : child))
}

describe('a picture of an exercise', () => {
  it('is shown with its words, a drawing as one that follows the theme', () => {
    expect(shown('![The pair](pair.svg)', { 'pair.svg': DRAWING })).toEqual([
      { tag: 'img', src: DRAWING, alt: 'The pair', class: 'drawing' },
    ])
    const photo = 'data:image/png;base64,AAAA'
    expect(shown('![A photo](a.png)', { 'a.png': photo })).toEqual([{ tag: 'img', src: photo, alt: 'A photo', class: undefined }])
  })

  it.each([
    ['![The pair](pair.svg)', {}],
    ['![The pair](https://example.com/pair.svg)', {}],
    ['![The pair](pair.svg)', { 'pair.svg': 'https://example.com/pair.svg' }],
    ['![The pair](pair.svg)', { 'pair.svg': 'data:text/html;base64,AAAA' }],
    ['![The pair](constructor)', {}],
  ])('%s is told in its words where there is none that holds all of itself', (text, pictures) => {
    expect(shown(text, pictures)).toEqual(['The pair'])
  })
})
