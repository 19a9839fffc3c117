import { failure, ok } from '../../../base/result'
import { BLOCK_BYTES, MIB } from '../../../base/units'
import type { Volume } from '../../../contract/configuration'
import { peerOf, type ControllerId } from '../../../contract/controller-id'
import { LIMITS } from '../../../contract/limits'
import type { ServiceError } from '../../../contract/service-request'
import { ownershipOf } from '../../controller/state/array-changes'
import { withoutHeldWrites } from '../../controller/state/discarded-writes'
import { findVolume, integerParameter, referenceParameter } from '../parameters'
import { refusal } from '../refusal'
import { configurationRequest } from '../request'

/** A controller cannot hold more than its log, which is half of its NVRAM. */
const LOG_MEGABYTES = LIMITS.nvramBytes / 2 / MIB

export const discardHeldWrites = configurationRequest({
  name: 'discard-held-writes',
  summary:
    'Discards held writes: acknowledged writes of a volume that only the NVRAM of a lost controller has. ' +
    'The volume is then served from the drives, without those writes. They are lost for good.',
  parameters: {
    volume: referenceParameter('The volume that waits for the lost controller, by name or number.'),
    losingUpToMegabytes: integerParameter(
      { minimum: 1, maximum: LOG_MEGABYTES, unit: 'MiB' },
      'Confirms the loss. It must equal the most that can be lost; if it does not, the error names the right number.',
    ),
  },
  change(state, { volume: reference, losingUpToMegabytes }, { self, isPresent, claimEpoch }) {
    const volume = findVolume(state, reference)
    if (!volume.ok) return volume
    const { id, name } = volume.value
    const holder = ownershipOf(state, id)?.heldBy
    if (holder === undefined) {
      return refusal('not-possible-now', `Volume "${name}" has no held writes, so there is nothing to discard.`, 'volume')
    }
    if (isPresent(holder)) return failure(holderIsPresent(holder))
    const megabytes = maxMegabytes(volume.value)
    if (losingUpToMegabytes !== megabytes) return failure(notConfirmed(name, megabytes))
    const result = { volume: name, volumeId: id, heldBy: holder, owner: self, lostUpToMegabytes: megabytes }
    return ok({ state: withoutHeldWrites(state, { volumeId: id, owner: self, claimEpoch }), result })
  },
})

function maxMegabytes({ blockCount }: Volume): number {
  return Math.min(LOG_MEGABYTES, Math.ceil((blockCount * BLOCK_BYTES) / MIB))
}

function holderIsPresent(holder: ControllerId): ServiceError {
  const message =
    `Controller ${holder.toUpperCase()} is running and can write what it holds to the drives itself. ` +
    `Only if it cannot, kill it and send the request again to controller ${peerOf(holder).toUpperCase()}.`
  return { code: 'not-possible-now', message, field: 'volume' }
}

function notConfirmed(name: string, megabytes: number): ServiceError {
  const message =
    `This discards up to ${megabytes} MiB of the newest acknowledged writes of volume "${name}", for good. ` +
    'The drives may have some of these writes and not others, so the data on the volume may need repair. ' +
    `To confirm, send "losingUpToMegabytes": ${megabytes}.`
  return { code: 'bad-parameter', message, field: 'losingUpToMegabytes' }
}
