import type { ArrayState } from '../../contract/array-state'
import type { LabSnapshot } from '../../contract/snapshot'
import { count, size } from './figures'
import { html, type Markup } from './markup'
import { LEVELS } from './words'

/** Drives, groups, volumes and policies, as they were at the end of the run. */
export function configurationSection({ drives, array, host }: LabSnapshot): Markup {
  const load = host?.workload.settings
  return html`<section class="long">
    <h2>Configuration at the end of the run</h2>
    ${array === undefined ? html`<p>No controller said how the array is configured.</p>` : arrayTables(array)}
    <h3>Drives</h3>
    <table>
      <thead>
        <tr>
          <th>Drive</th>
          <th>Identifier</th>
          <th class="number">Size</th>
          <th>State</th>
          <th class="number">Reads</th>
          <th class="number">Writes</th>
        </tr>
      </thead>
      <tbody>
        ${drives.map(
          (drive) =>
            html`<tr>
              <td>${drive.index}</td>
              <td>${drive.id}</td>
              <td class="number">${size(drive.blockCount)}</td>
              <td>${drive.state}${drive.message === undefined ? '' : `: ${drive.message}`}</td>
              <td class="number">${count(drive.reads)}</td>
              <td class="number">${count(drive.writes)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${
      load === undefined
        ? html`<p>There was no host.</p>`
        : html`<p>
            Workload: ${count(load.requestsPerSecond)} requests a second, ${Math.round(load.readShare * 100)} % reads, blocks of
            ${count(load.blockBytes)} bytes, in the first ${size(load.regionBytes / 512)} of each volume.
          </p>`
    }
  </section>`
}

function arrayTables(array: ArrayState): Markup {
  const { configuration, dispatchScheme, cachePolicy, automaticGiveback, ownershipByLoad, serviceOwner, generation } = array
  const groupNames = new Map(configuration.groups.map(({ id, name }) => [id, name]))
  const lunOf = new Map(configuration.luns.map(({ lun, volumeId }) => [volumeId, lun]))
  const ownerOf = new Map(array.ownership.map(({ volumeId, owner, epoch }) => [volumeId, `${owner.toUpperCase()}, epoch ${epoch}`]))
  return html`<p>
      Array “${configuration.name}”, generation ${generation}. Dispatch scheme: ${dispatchScheme}. Service owner:
      ${serviceOwner.toUpperCase()}. While the mirror is away: ${cachePolicy ?? 'write-through'}. Automatic giveback:
      ${automaticGiveback ? 'on' : 'off'}. Ownership by load: ${ownershipByLoad === true ? 'on' : 'off'}.
    </p>
    <h3>Groups</h3>
    <table>
      <thead>
        <tr>
          <th>Group</th>
          <th>Level</th>
          <th class="number">Chunk</th>
          <th>Sections</th>
        </tr>
      </thead>
      <tbody>
        ${configuration.groups.map(
          ({ name, level, chunkBlocks, sections }) =>
            html`<tr>
              <td>${name}</td>
              <td>${LEVELS[level] ?? level}</td>
              <td class="number">${size(chunkBlocks)}</td>
              <td>${sections.map(({ drive, blockCount }) => `drive ${drive}: ${size(blockCount)}`).join(', ')}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <h3>Volumes</h3>
    <table>
      <thead>
        <tr>
          <th>Volume</th>
          <th>LUN</th>
          <th>Group</th>
          <th class="number">Size</th>
          <th>Owner</th>
          <th>Preferred owner</th>
        </tr>
      </thead>
      <tbody>
        ${configuration.volumes.map(
          ({ id, name, groupId, blockCount, preferredOwner }) =>
            html`<tr>
              <td>${name}</td>
              <td>${lunOf.get(id) ?? 'none'}</td>
              <td>${groupNames.get(groupId)}</td>
              <td class="number">${size(blockCount)}</td>
              <td>${ownerOf.get(id)}</td>
              <td>${preferredOwner.toUpperCase()}</td>
            </tr>`,
        )}
      </tbody>
    </table>`
}
