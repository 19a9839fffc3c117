import type { Pinia } from 'pinia'
import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { present } from '../../../src-main/base/assert'
import { createMessages } from '../../../src-renderer/i18n'

/** What a composable gives to a component of the window, in English. */
export async function composed<T>(pinia: Pinia, compose: () => T): Promise<T> {
  const made: T[] = []
  const setup = () => {
    made.push(compose())
    return () => ''
  }
  await renderToString(createSSRApp({ setup }).use(pinia).use(createMessages()))
  return present(made[0], 'what it gives')
}
