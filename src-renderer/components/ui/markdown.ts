import MarkdownIt from 'markdown-it'
import { h, type VNode } from 'vue'

type Token = ReturnType<InstanceType<typeof MarkdownIt>['parse']>[number]
type Child = VNode | string

/** Pictures by the names that the text has for them: addresses that hold the whole picture, for a page may fetch none. */
export type Pictures = Readonly<Record<string, string>>

/** Markdown of an exercise. What its author writes as HTML is shown as text; links lead nowhere from here. */
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable(['link', 'autolink', 'reference'])

/** As nodes, so that no text ever becomes markup. */
export function markdownNodes(text: string, pictures: Pictures = {}): readonly Child[] {
  return nodesOf(markdown.parse(text, {}), pictures)
}

/** Tokens open and close elements; what is between is inside. */
function nodesOf(tokens: readonly Token[], pictures: Pictures): readonly Child[] {
  const roots: Child[] = []
  const open: { readonly tag: string; readonly children: Child[] }[] = []
  const add = (child: Child): void => void (open.at(-1)?.children ?? roots).push(child)
  for (const token of tokens) {
    if (token.nesting === 1) open.push({ tag: token.tag, children: [] })
    else if (token.nesting === -1) {
      const element = open.pop()
      if (element !== undefined) add(h(element.tag, element.children))
    } else for (const child of childrenOf(token, pictures)) add(child)
  }
  return roots
}

function childrenOf(token: Token, pictures: Pictures): readonly Child[] {
  const { type, tag, content, children } = token
  switch (type) {
    case 'inline':
      return nodesOf(children ?? [], pictures)
    case 'image':
      return [picture(token, pictures)]
    case 'softbreak':
      return [' ']
    case 'fence':
    case 'code_block':
      return [h('pre', [h('code', content)])]
    default:
      return tag === '' ? [content] : [h(tag, content)]
  }
}

const DATA = /^data:image\/(svg\+xml|png|jpeg);base64,/

/** A drawing has light paper, which is turned into dark where the window is dark. One that is not there is told in its words. */
function picture(token: Token, pictures: Pictures): Child {
  const { content } = token
  const name = token.attrGet('src') ?? ''
  const address = Object.hasOwn(pictures, name) ? (pictures[name] ?? '') : ''
  const kind = DATA.exec(address)?.[1]
  if (kind === undefined) return content
  return h('img', { src: address, alt: content, class: kind === 'svg+xml' ? 'drawing' : undefined })
}
