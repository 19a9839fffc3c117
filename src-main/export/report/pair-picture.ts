import { CONTROLLER_IDS, type ControllerId } from '../../contract/controller-id'
import { LIMITS } from '../../contract/limits'
import type { DriveSnapshot, LabSnapshot } from '../../contract/snapshot'
import { at, count } from './figures'
import { html, type Markup, NOTHING } from './markup'

const WIDTH = 1000
const HEIGHT = 330
const HOST = { x: 10, y: 90, width: 150, height: 150 }
const BOX = { width: 380, height: 140 }
const CONTROLLERS = { a: { x: 290, y: 10 }, b: { x: 290, y: 180 } } as const
const SHELF = { x: 730, y: 10, width: 260, height: 310 }
const COLOURS = { a: '#0a5ba4', b: '#924900' } as const

/** Host, controllers with what they serve, interconnect and drives, as they stand at one moment. */
export function pairPicture(snapshot: LabSnapshot): Markup {
  const { controllers, interconnect } = snapshot
  const drives = snapshot.drives.slice(0, LIMITS.drives)
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="The pair">
    ${CONTROLLER_IDS.map((id) => wire(id, controllers[id].portalServedBy))} ${hostBox(snapshot)}
    ${CONTROLLER_IDS.map((id) => controllerBox(snapshot, id))} ${link(interconnect)}
    ${drives.map((drive, index) => driveBox(drive, index, drives.length))}
  </svg>`
}

/** From the host to whoever serves the address of a controller. */
function wire(of: ControllerId, servedBy: ControllerId | undefined): Markup {
  const fromY = HOST.y + (of === 'a' ? 40 : 110)
  const to = CONTROLLERS[servedBy ?? of]
  const toY = to.y + (servedBy === undefined || servedBy === of ? 50 : 95)
  const middle = (HOST.x + HOST.width + to.x) / 2
  const path = `M ${HOST.x + HOST.width} ${fromY} C ${middle} ${fromY} ${middle} ${toY} ${to.x} ${toY}`
  const dash = servedBy === undefined ? '3 5' : 'none'
  return html`<path d="${path}" fill="none" stroke="${COLOURS[of]}" stroke-width="2" stroke-dasharray="${dash}" />
    <text class="small" x="${HOST.x + HOST.width + 8}" y="${fromY - 7}">portal ${of.toUpperCase()}</text>
    ${servedBy === undefined ? html`<text class="small" x="${HOST.x + HOST.width + 8}" y="${fromY + 16}">nobody answers</text>` : NOTHING}`
}

function hostBox({ host }: LabSnapshot): Markup {
  const { x, y, width, height } = HOST
  const lines =
    host === undefined
      ? ['no host']
      : [
          host.workload.running ? 'workload runs' : 'workload stopped',
          `${count(host.rates.readsPerSecond + host.rates.writesPerSecond)} requests/s`,
          `${count(host.ledger.acknowledged)} writes acknowledged`,
          `${count(host.ledger.lost)} blocks lost`,
        ]
  return html`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="7" fill="#f1f4f8" stroke="#76839a" />
    <text class="strong" x="${x + 12}" y="${y + 26}">Host</text>
    ${lines.map((line, index) => html`<text class="small" x="${x + 12}" y="${y + 50 + 20 * index}">${line}</text>`)}`
}

function controllerBox(snapshot: LabSnapshot, id: ControllerId): Markup {
  const { state, phase, incarnation, nvram } = snapshot.controllers[id]
  const { x, y } = CONTROLLERS[id]
  const isUp = state === 'running'
  const volumes = volumesOf(snapshot, id)
  const lines = [
    isUp ? `${state}, ${phase ?? 'not known'}` : state,
    `start number ${incarnation}${snapshot.array?.serviceOwner === id ? ', service owner' : ''}`,
    volumes === '' ? 'owns no volume' : `owns ${volumes}`,
    nvram === undefined ? '' : `NVRAM: mirror ${nvram.mirror}, policy ${nvram.policy}`,
  ]
  return html`<rect
      x="${x}"
      y="${y}"
      width="${BOX.width}"
      height="${BOX.height}"
      rx="7"
      fill="${isUp ? '#ffffff' : '#e5e9ef'}"
      stroke="${COLOURS[id]}"
      stroke-width="${isUp ? 2.5 : 1.5}"
      stroke-dasharray="${isUp ? 'none' : '7 5'}"
    />
    <text class="strong" x="${x + 16}" y="${y + 28}">Controller ${id.toUpperCase()}</text>
    ${lines.map((line, index) => html`<text x="${x + 16}" y="${y + 52 + 22 * index}">${line}</text>`)}
    <path d="M ${x + BOX.width} ${y + 70} H ${SHELF.x - 12}" stroke="${isUp ? '#48566b' : '#c4ccd6'}" stroke-width="2" />`
}

function volumesOf({ array }: LabSnapshot, id: ControllerId): string {
  const names = (array?.configuration.volumes ?? [])
    .filter((volume) => array?.ownership.find(({ volumeId }) => volumeId === volume.id)?.owner === id)
    .map(({ name }) => name)
  const text = names.join(', ')
  return text.length > LIMITS.exportDrawnNames ? `${names.length} volumes` : text
}

function link({ state }: LabSnapshot['interconnect']): Markup {
  const x = CONTROLLERS.a.x + 190
  const isUp = state === 'up'
  return html`<path
      d="M ${x} ${CONTROLLERS.a.y + BOX.height} V ${CONTROLLERS.b.y}"
      stroke="${isUp ? '#48566b' : '#b81637'}"
      stroke-width="4"
      stroke-dasharray="${isUp ? 'none' : '5 6'}"
    />
    <text class="small" x="${x + 10}" y="${CONTROLLERS.b.y - 11}">interconnect ${state}</text>`
}

function driveBox(drive: DriveSnapshot, index: number, of: number): Markup {
  const columns = of > 8 ? 2 : 1
  const rows = Math.ceil(of / columns)
  const width = (SHELF.width - 8 * (columns - 1)) / columns
  const height = Math.min(34, SHELF.height / rows - 5)
  const x = SHELF.x + Math.floor(index / rows) * (width + 8)
  const y = SHELF.y + (index % rows) * (height + 5)
  const isWell = drive.state === 'online'
  const faults = drive.faults === undefined ? '' : ', fault'
  return html`<rect
      x="${at(x)}"
      y="${at(y)}"
      width="${at(width)}"
      height="${at(height)}"
      rx="4"
      fill="${isWell ? '#f1f4f8' : '#fbd7de'}"
      stroke="${isWell ? '#76839a' : '#b81637'}"
      stroke-dasharray="${isWell ? 'none' : '4 3'}"
    />
    <text class="small" x="${at(x + 9)}" y="${at(y + height / 2 + 4)}">drive ${drive.index}: ${drive.state}${faults}</text>
    ${columns > 1 ? NOTHING : html`<text class="small soft" x="${at(x + 130)}" y="${at(y + height / 2 + 4)}">${accesses(drive)}</text>`}`
}

function accesses({ reads, writes }: DriveSnapshot): string {
  return `${count(reads)} reads, ${count(writes)} writes`
}
