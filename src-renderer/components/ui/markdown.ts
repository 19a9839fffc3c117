import MarkdownIt from 'markdown-it'
import { h, type VNode } from 'vue'

type Token = ReturnType<InstanceType<typeof MarkdownIt>['parse']>[number]
type Child = VNode | string

/** Markdown of an exercise. What its author writes as HTML is shown as text; links and pictures lead nowhere from here. */
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable(['link', 'image', 'autolink', 'reference'])

/** As nodes, so that no text ever becomes markup. */
export function markdownNodes(text: string): readonly Child[] {
  return nodesOf(markdown.parse(text, {}))
}

/** Tokens open and close elements; what is between is inside. */
function nodesOf(tokens: readonly Token[]): readonly Child[] {
  const roots: Child[] = []
  const open: { readonly tag: string; readonly children: Child[] }[] = []
  const add = (child: Child): void => void (open.at(-1)?.children ?? roots).push(child)
  for (const token of tokens) {
    if (token.nesting === 1) open.push({ tag: token.tag, children: [] })
    else if (token.nesting === -1) {
      const element = open.pop()
      if (element !== undefined) add(h(element.tag, element.children))
    } else for (const child of childrenOf(token)) add(child)
  }
  return roots
}

function childrenOf({ type, tag, content, children }: Token): readonly Child[] {
  switch (type) {
    case 'inline':
      return nodesOf(children ?? [])
    case 'softbreak':
      return [' ']
    case 'fence':
    case 'code_block':
      return [h('pre', [h('code', content)])]
    default:
      return tag === '' ? [content] : [h(tag, content)]
  }
}
