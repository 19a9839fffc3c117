import type { ArrayState } from '../../contract/array-state'
import type { LabSnapshot } from '../../contract/snapshot'
import { html, type Markup } from './markup'
import { named, said, type Speech } from './speech'

/** Drives, groups, volumes and policies, as they were at the end of the run. */
export function configurationSection(speech: Speech, { drives, array, host }: LabSnapshot): Markup {
  const { words, count, size } = speech
  const { driveColumns, ...own } = words.configuration
  const load = host?.workload.settings
  return html`<section class="long">
    <h2>${own.heading}</h2>
    ${array === undefined ? html`<p>${own.none}</p>` : arrayTables(speech, array)}
    <h3>${own.drives}</h3>
    <table>
      <thead>
        <tr>
          <th>${driveColumns.drive}</th>
          <th>${driveColumns.id}</th>
          <th class="number">${driveColumns.size}</th>
          <th>${driveColumns.state}</th>
          <th class="number">${driveColumns.reads}</th>
          <th class="number">${driveColumns.writes}</th>
        </tr>
      </thead>
      <tbody>
        ${drives.map(
          (drive) =>
            html`<tr>
              <td>${drive.index}</td>
              <td>${drive.id}</td>
              <td class="number">${size(drive.blockCount)}</td>
              <td>${named(words.driveState, drive.state)}${drive.message === undefined ? '' : html`: ${said(speech, drive.message)}`}</td>
              <td class="number">${count(drive.reads)}</td>
              <td class="number">${count(drive.writes)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${
      load === undefined
        ? html`<p>${own.noHost}</p>`
        : html`<p>
            ${own.workload(
              count(load.requestsPerSecond),
              Math.round(load.readShare * 100),
              count(load.blockBytes),
              size(load.regionBytes / 512),
            )}
          </p>`
    }
  </section>`
}

function arrayTables({ words, size }: Speech, array: ArrayState): Markup {
  const { groupColumns, volumeColumns, ...own } = words.configuration
  const { configuration, dispatchScheme, cachePolicy, automaticGiveback, ownershipByLoad, serviceOwner, generation } = array
  const groupNames = new Map(configuration.groups.map(({ id, name }) => [id, name]))
  const lunOf = new Map(configuration.luns.map(({ lun, volumeId }) => [volumeId, lun]))
  const ownerOf = new Map(array.ownership.map(({ volumeId, owner, epoch }) => [volumeId, own.owner(owner.toUpperCase(), epoch)]))
  return html`<p>
      ${own.array(configuration.name, generation)} ${own.scheme(dispatchScheme)} ${own.serviceOwner(serviceOwner.toUpperCase())}
      ${own.cachePolicy(cachePolicy ?? 'write-through')} ${own.automaticGiveback(automaticGiveback)}
      ${own.ownershipByLoad(ownershipByLoad === true)}
    </p>
    <h3>${own.groups}</h3>
    <table>
      <thead>
        <tr>
          <th>${groupColumns.group}</th>
          <th>${groupColumns.level}</th>
          <th class="number">${groupColumns.chunk}</th>
          <th>${groupColumns.sections}</th>
        </tr>
      </thead>
      <tbody>
        ${configuration.groups.map(
          ({ name, level, chunkBlocks, sections }) =>
            html`<tr>
              <td>${name}</td>
              <td>${named(own.levels, level)}</td>
              <td class="number">${size(chunkBlocks)}</td>
              <td>${sections.map(({ drive, blockCount }) => own.section(drive, size(blockCount))).join(', ')}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <h3>${own.volumes}</h3>
    <table>
      <thead>
        <tr>
          <th>${volumeColumns.volume}</th>
          <th>${volumeColumns.lun}</th>
          <th>${volumeColumns.group}</th>
          <th class="number">${volumeColumns.size}</th>
          <th>${volumeColumns.owner}</th>
          <th>${volumeColumns.preferred}</th>
        </tr>
      </thead>
      <tbody>
        ${configuration.volumes.map(
          ({ id, name, groupId, blockCount, preferredOwner }) =>
            html`<tr>
              <td>${name}</td>
              <td>${lunOf.get(id) ?? own.noLun}</td>
              <td>${groupNames.get(groupId)}</td>
              <td class="number">${size(blockCount)}</td>
              <td>${ownerOf.get(id)}</td>
              <td>${preferredOwner.toUpperCase()}</td>
            </tr>`,
        )}
      </tbody>
    </table>`
}
