import type { ClockPort, NetworkPort } from '../../ports'
import { encodeTextKeys, parseTextKeys } from '../codec/text-keys'
import { InitiatorSession } from './session'

/** A target as SendTargets=All names it (RFC 7143 appendix C). */
export interface DiscoveredTarget {
  readonly name: string
  /** "127.0.0.1:3260,1": address and portal group tag. */
  readonly addresses: readonly string[]
}

export interface DiscoveryOptions {
  readonly clock: ClockPort
  readonly network: NetworkPort
  readonly address: { readonly host: string; readonly port: number }
  readonly initiatorName: string
  readonly isidQualifier: number
}

/** Asks one portal for its targets. `done` is called once; without targets it gets the reason. */
export function discoverTargets(options: DiscoveryOptions, done: (targets: readonly DiscoveredTarget[], reason: string) => void): void {
  let found: readonly DiscoveredTarget[] = []
  const session = new InitiatorSession(
    { ...options, targetName: undefined },
    {
      loggedIn() {
        session.exchangeText(encodeTextKeys([{ key: 'SendTargets', value: 'All' }]), (text) => {
          found = targetsOf(text)
          session.logout()
        })
      },
      ended(reason) {
        done(found, reason)
      },
    },
  )
}

function targetsOf(text: Uint8Array): readonly DiscoveredTarget[] {
  const keys = parseTextKeys(text)
  if (!keys.ok) return []
  const targets: { name: string; addresses: string[] }[] = []
  for (const { key, value } of keys.value) {
    if (key === 'TargetName') targets.push({ name: value, addresses: [] })
    else if (key === 'TargetAddress') targets.at(-1)?.addresses.push(value)
  }
  return targets
}
