import { describe, expect, it } from 'vitest'
import { failure, ok, type Result } from '../../../src-main/base/result'
import { findRuntime, type Runtime, type RuntimeKind, type RuntimeSource } from '../../../src-main/launcher/runtime'

const asked: RuntimeKind[] = []

function source(kind: RuntimeKind, answer: 'has it' | 'refuses' | 'not asked for'): RuntimeSource {
  const answers: Record<typeof answer, Result<Runtime, string> | undefined> = {
    'has it': ok({ kind, executable: `/${kind}/electron`, version: '1.0.0' }),
    refuses: failure(`${kind} refuses`),
    'not asked for': undefined,
  }
  return {
    kind,
    find: () => {
      asked.push(kind)
      return Promise.resolve(answers[answer])
    },
  }
}

describe('the search for a runtime', () => {
  it('takes the first source that has one and asks no further', async () => {
    asked.length = 0
    const search = await findRuntime([source('override', 'has it'), source('official', 'has it')])
    expect(search.runtime?.kind).toBe('override')
    expect(asked).toEqual(['override'])
  })

  it('goes on past sources that refuse, keeping their reasons', async () => {
    const search = await findRuntime([source('override', 'not asked for'), source('official', 'refuses'), source('registry', 'has it')])
    expect(search).toMatchObject({ runtime: { kind: 'registry' }, refusals: ['official refuses'] })
  })

  it('takes nothing else when the override does not work', async () => {
    const search = await findRuntime([source('override', 'refuses'), source('official', 'has it')])
    expect(search).toEqual({ runtime: undefined, refusals: ['override refuses'] })
  })

  it('gives every reason when there is no runtime', async () => {
    const search = await findRuntime([source('official', 'refuses'), source('registry', 'refuses')])
    expect(search).toEqual({ runtime: undefined, refusals: ['official refuses', 'registry refuses'] })
  })
})
