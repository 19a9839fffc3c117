import glossary from '../../../docs/glossary.de.md?raw'
import type { words as english } from '../en/words'
import { parseGlossary } from '../glossary'

/** Our words beside those of the patent, from the German glossary page. */
export const words: typeof english = { words: parseGlossary(glossary) }
