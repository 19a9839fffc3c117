import glossary from '../../../docs/glossary.md?raw'
import { parseGlossary } from '../glossary'

/** Our words beside those of the patent, from the glossary page. */
export const words = { words: parseGlossary(glossary) }
