/** `npm run sim -- --coverage`: V8 counts what the worlds run of the core. */
import { readFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { findSourceMap } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { coverageOf, type FileCoverage, type SourcePlace } from '../simulator/coverage/executed'

const CORE = 'src-main/core/'

/** Runs `work` and says which lines of the core it ran. `program` is the bundle, with its source map beside it. */
export async function coreCoverage(program: URL, work: () => void): Promise<FileCoverage[]> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  work()
  const { result } = await session.post('Profiler.takePreciseCoverage')
  session.disconnect()
  const functions = result.find(({ url }) => url === program.href)?.functions ?? []
  const path = fileURLToPath(program)
  const map = findSourceMap(path)
  const originOf = (line: number, column: number): SourcePlace | undefined => {
    const entry = map?.findEntry(line, column)
    if (entry === undefined || !('originalSource' in entry) || !entry.originalSource.includes(`/${CORE}`)) return undefined
    const source = entry.originalSource.startsWith('file:') ? fileURLToPath(entry.originalSource) : entry.originalSource
    return { file: relative(process.cwd(), source), line: entry.originalLine + 1 }
  }
  return coverageOf(readFileSync(path, 'utf8'), functions, originOf)
}
