import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { curlFor, parametersFrom } from '../../../src-renderer/components/service/parameters'
import type { LabAccess } from '../../../src-main/contract/lab-api'

const access: LabAccess = {
  target: 'iqn',
  portals: { a: '', b: '' },
  management: { a: 'http://127.0.0.1:1', b: 'http://127.0.0.1:2/' },
  http: undefined,
  token: "to'ken",
}

describe('the console', () => {
  const description = {
    name: 'create-volume',
    kind: 'configuration',
    summary: '',
    parameters: [
      { name: 'name', type: 'text', required: true, summary: '' },
      { name: 'megabytes', type: 'integer', required: true, summary: '' },
      { name: 'thin', type: 'boolean', required: false, summary: '' },
    ],
  } as const

  it('sends numbers as numbers, leaves out what is empty, and sends what is no number as it was typed', () => {
    expect(parametersFrom(description, { name: ' x ', megabytes: '16', thin: 'true' })).toEqual({ name: 'x', megabytes: 16, thin: true })
    expect(parametersFrom(description, { name: '', megabytes: '1e3' })).toEqual({ megabytes: '1e3' })
    expect(parametersFrom(description, { megabytes: '99999999999999999999' })).toEqual({ megabytes: '99999999999999999999' })
  })

  it('makes a curl command that a shell takes apart into the same words', () => {
    const request = { id: "it's", name: 'rename-array', params: { name: '$(reboot) `x` "y"' } }
    const command = curlFor(access, 'b', request).replace(/^curl/, "printf '%s\\n'")
    const words = execFileSync('sh', ['-c', command], { encoding: 'utf8' }).split('\n')
    expect(words).toContain('http://127.0.0.1:2/v1/service-requests')
    expect(words).toContain("Authorization: Bearer to'ken")
    expect(words).toContain(JSON.stringify(request))
  })
})
