import { CONTROLLER_IDS, type ControllerId } from '../../contract/controller-id'
import { LIMITS } from '../../contract/limits'
import type { DriveSnapshot, LabSnapshot } from '../../contract/snapshot'
import { at } from './figures'
import { html, type Markup, NOTHING } from './markup'
import { named, type Speech } from './speech'

const WIDTH = 1000
const HEIGHT = 330
const HOST = { x: 10, y: 90, width: 150, height: 150 }
const BOX = { width: 380, height: 140 }
const CONTROLLERS = { a: { x: 290, y: 10 }, b: { x: 290, y: 180 } } as const
const SHELF = { x: 730, y: 10, width: 260, height: 310 }
const COLOURS = { a: '#0a5ba4', b: '#924900' } as const

/** Host, controllers with what they serve, interconnect and drives, as they stand at one moment. */
export function pairPicture(speech: Speech, snapshot: LabSnapshot): Markup {
  const { controllers, interconnect } = snapshot
  const drives = snapshot.drives.slice(0, LIMITS.drives)
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${speech.words.pair.heading}">
    ${CONTROLLER_IDS.map((id) => wire(speech, id, controllers[id].portalServedBy))} ${hostBox(speech, snapshot)}
    ${CONTROLLER_IDS.map((id) => controllerBox(speech, snapshot, id))} ${link(speech, interconnect)}
    ${drives.map((drive, index) => driveBox(speech, drive, index, drives.length))}
  </svg>`
}

/** From the host to whoever serves the address of a controller. */
function wire({ words }: Speech, of: ControllerId, servedBy: ControllerId | undefined): Markup {
  const fromY = HOST.y + (of === 'a' ? 40 : 110)
  const to = CONTROLLERS[servedBy ?? of]
  const toY = to.y + (servedBy === undefined || servedBy === of ? 50 : 95)
  const middle = (HOST.x + HOST.width + to.x) / 2
  const path = `M ${HOST.x + HOST.width} ${fromY} C ${middle} ${fromY} ${middle} ${toY} ${to.x} ${toY}`
  const dash = servedBy === undefined ? '3 5' : 'none'
  // Where the wire does not go.
  const [nameY, noteY] = toY < fromY ? [fromY + 16, fromY + 29] : [fromY - 7, fromY - 20]
  return html`<path d="${path}" fill="none" stroke="${COLOURS[of]}" stroke-width="2" stroke-dasharray="${dash}" />
    ${besideHost(nameY, words.pair.portal(of.toUpperCase()))}
    ${servedBy === undefined ? besideHost(noteY, words.pair.nobodyAnswers) : NOTHING}`
}

function besideHost(y: number, text: string): Markup {
  return html`<text class="small" x="${HOST.x + HOST.width + 8}" y="${y}">${text}</text>`
}

function hostBox({ words, count }: Speech, { host }: LabSnapshot): Markup {
  const own = words.pair
  const { x, y, width, height } = HOST
  const lines =
    host === undefined
      ? [own.noHost]
      : [
          host.workload.running ? own.workloadRuns : own.workloadStopped,
          own.requests(count(host.rates.readsPerSecond + host.rates.writesPerSecond)),
          own.acknowledged(count(host.ledger.acknowledged)),
          own.lost(count(host.ledger.lost)),
        ]
  return html`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="7" fill="#f1f4f8" stroke="#76839a" />
    <text class="strong" x="${x + 12}" y="${y + 26}">${words.places.host}</text>
    ${lines.map((line, index) => html`<text class="small" x="${x + 12}" y="${y + 50 + 20 * index}">${line}</text>`)}`
}

function controllerBox({ words }: Speech, snapshot: LabSnapshot, id: ControllerId): Markup {
  const own = words.pair
  const { state, phase, incarnation, nvram } = snapshot.controllers[id]
  const { x, y } = CONTROLLERS[id]
  const isUp = state === 'running'
  const volumes = volumesOf(words.pair, snapshot, id)
  const stateName = named(own.state, state)
  const lines = [
    isUp ? `${stateName}, ${phase === undefined ? own.phaseUnknown : named(own.phase, phase)}` : stateName,
    `${own.startNumber(incarnation)}${snapshot.array?.serviceOwner === id ? `, ${own.serviceOwner}` : ''}`,
    volumes === '' ? own.ownsNothing : own.owns(volumes),
    nvram === undefined ? '' : own.nvram(named(own.mirror, nvram.mirror), nvram.policy),
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
    <text class="strong" x="${x + 16}" y="${y + 28}">${own.controller(id.toUpperCase())}</text>
    ${lines.map((line, index) => html`<text x="${x + 16}" y="${y + 52 + 22 * index}">${line}</text>`)}
    <path d="M ${x + BOX.width} ${y + 70} H ${SHELF.x - 12}" stroke="${isUp ? '#48566b' : '#c4ccd6'}" stroke-width="2" />`
}

function volumesOf(own: Speech['words']['pair'], { array }: LabSnapshot, id: ControllerId): string {
  const names = (array?.configuration.volumes ?? [])
    .filter((volume) => array?.ownership.find(({ volumeId }) => volumeId === volume.id)?.owner === id)
    .map(({ name }) => name)
  const text = names.join(', ')
  return text.length > LIMITS.exportDrawnNames ? own.volumes(names.length) : text
}

function link({ words }: Speech, { state }: LabSnapshot['interconnect']): Markup {
  const x = CONTROLLERS.a.x + 190
  const isUp = state === 'up'
  return html`<path
      d="M ${x} ${CONTROLLERS.a.y + BOX.height} V ${CONTROLLERS.b.y}"
      stroke="${isUp ? '#48566b' : '#b81637'}"
      stroke-width="4"
      stroke-dasharray="${isUp ? 'none' : '5 6'}"
    />
    <text class="small" x="${x + 10}" y="${CONTROLLERS.b.y - 11}">${named(words.pair.interconnect, state)}</text>`
}

function driveBox(speech: Speech, drive: DriveSnapshot, index: number, of: number): Markup {
  const columns = of > 8 ? 2 : 1
  const rows = Math.ceil(of / columns)
  const width = (SHELF.width - 8 * (columns - 1)) / columns
  const height = Math.min(34, SHELF.height / rows - 5)
  const x = SHELF.x + Math.floor(index / rows) * (width + 8)
  const y = SHELF.y + (index % rows) * (height + 5)
  const isWell = drive.state === 'online'
  const { words } = speech
  const textY = at(y + height / 2 + 4)
  const state = `${named(words.driveState, drive.state)}${drive.faults === undefined ? '' : `, ${words.pair.faulty}`}`
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
    <text class="small" x="${at(x + 9)}" y="${textY}">${words.pair.drive(drive.index, state)}</text>
    ${columns > 1 ? NOTHING : accesses(speech, { drive, right: at(x + width - 9), y: textY })}`
}

interface AccessesPlace {
  readonly drive: DriveSnapshot
  readonly right: string
  readonly y: string
}

function accesses({ words, count }: Speech, { drive: { reads, writes }, right, y }: AccessesPlace): Markup {
  const text = words.pair.accesses(count(reads), count(writes))
  return html`<text class="small soft" x="${right}" y="${y}" text-anchor="end">${text}</text>`
}
