/** What the specs do in the simulation view. */

export async function showView(name: 'Live lab' | 'Simulation' | 'Exercises'): Promise<void> {
  await $(`button=${name}`).click()
}

export async function typeSeed(seed: string, operations: number): Promise<void> {
  await $('#simulation-seed').setValue(seed)
  await $('#simulation-operations').setValue(String(operations))
}

/** Opened, run through, and at its beginning. */
export async function openSeed(seed: number, operations: number): Promise<void> {
  await typeSeed(String(seed), operations)
  await $('form button[type="submit"]').click()
  await $('[data-testid="verdict"]').waitForExist({ timeout: 120_000 })
}

/** Of the moment that is shown. */
export async function eventNumber(): Promise<number> {
  return Number((await $('[data-testid="event"]').getText()).replaceAll(',', ''))
}

/** By the list of marks; gives the letter of the controller that the mark is about. */
export async function jumpTo(kind: 'takeover' | 'violation'): Promise<string> {
  const row = $(`section[aria-label="Faults, takeovers and violations"] tr.${kind}`)
  await row.$('button').click()
  await browser.waitUntil(async () => (await row.getAttribute('aria-current')) === 'true', { timeoutMsg: `the ${kind} was not reached` })
  return (await row.$('.where').getText()).slice(-1).toUpperCase()
}
