/** Asks axe-core what of the page some people could not use. */
import axe from 'axe-core'

/** Of the page as it is: one line for each element, with the rule that it breaks and why. */
export async function violations(): Promise<readonly string[]> {
  const isThere = await browser.execute(() => 'axe' in window)
  if (!isThere) await browser.execute(axe.source)
  const outcome: { readonly broken: readonly string[]; readonly checked: number } = await browser.executeAsync(lookWithAxe)
  if (outcome.checked === 0) throw new Error('axe checked nothing.')
  return outcome.broken
}

/** Runs in the page, so it can use nothing from outside. */
function lookWithAxe(done: (outcome: { broken: string[]; checked: number }) => void): void {
  const page = window as unknown as { readonly axe: typeof axe }
  const none = (error: unknown): void => done({ broken: [String(error)], checked: -1 })
  page.axe
    .run(document, { resultTypes: ['violations'] })
    .then(({ violations: rules, passes }) => {
      const lineOf = (id: string, { target, failureSummary = '' }: (typeof rules)[number]['nodes'][number]): string =>
        `${id}: ${target.join(' ')}: ${failureSummary.replaceAll(/\s+/g, ' ')}`
      done({ broken: rules.flatMap(({ id, nodes }) => nodes.map((node) => lineOf(id, node))), checked: passes.length })
    }, none)
    .catch(none)
}
