import type { Json } from '../../contract/json'
import type { ByteSink } from '../byte-sink'
import { ANNOTATION, DESCRIPTOR, EVENT, EVENT_TYPE, PACKET, STATE_CLEARED, TRACE } from './fields'
import { ProtobufMessage } from './protobuf'

/** All packets come from one writer. */
const SEQUENCE = 1
/** So that ours are unlikely to clash with those of another trace that is opened together with this one. */
const FIRST_UUID = 0x544c_0000_0001

export interface PacketEvent {
  readonly atMs: number
  readonly track: number
  readonly name: string
  readonly category: string
  /** What ties it to others. */
  readonly flow: number
  readonly data: Readonly<Record<string, Json | undefined>>
}

/** Writes the packets of a trace. */
export class TracePackets {
  readonly #sink: ByteSink
  #tracks = 0
  #isFirst = true

  constructor(sink: ByteSink) {
    this.#sink = sink
  }

  /** Returns its number. Tracks with the same name and parent are drawn as one. */
  track(name: string, parent?: number): number {
    const uuid = FIRST_UUID + this.#tracks++
    const descriptor = new ProtobufMessage().uint(DESCRIPTOR.uuid, uuid).text(DESCRIPTOR.name, name)
    if (parent !== undefined) descriptor.uint(DESCRIPTOR.parentUuid, parent)
    this.#packet(new ProtobufMessage().message(PACKET.trackDescriptor, descriptor))
    return uuid
  }

  begin(event: PacketEvent): void {
    this.#event(event.atMs, this.#named(EVENT_TYPE.sliceBegin, event))
  }

  instant(event: PacketEvent): void {
    this.#event(event.atMs, this.#named(EVENT_TYPE.instant, event))
  }

  /** The slice that began last on this track. `data` is added to what it began with. */
  end({ atMs, track, data }: Pick<PacketEvent, 'atMs' | 'track' | 'data'>): void {
    this.#event(atMs, annotated(new ProtobufMessage().uint(EVENT.type, EVENT_TYPE.sliceEnd).uint(EVENT.trackUuid, track), data))
  }

  #named(type: number, { track, name, category, flow, data }: PacketEvent): ProtobufMessage {
    const event = new ProtobufMessage()
      .uint(EVENT.type, type)
      .uint(EVENT.trackUuid, track)
      .text(EVENT.categories, category)
      .text(EVENT.name, name)
      .fixed64(EVENT.flowIds, flow)
    return annotated(event, data)
  }

  #event(atMs: number, event: ProtobufMessage): void {
    this.#packet(new ProtobufMessage().uint(PACKET.timestamp, Math.round(atMs * 1e6)).message(PACKET.trackEvent, event))
  }

  #packet(packet: ProtobufMessage): void {
    packet.uint(PACKET.trustedPacketSequenceId, SEQUENCE)
    if (this.#isFirst) packet.uint(PACKET.sequenceFlags, STATE_CLEARED).bool(PACKET.firstPacketOnSequence, true)
    this.#isFirst = false
    this.#sink.add(new ProtobufMessage().message(TRACE.packet, packet).bytes)
  }
}

/** Numbers and texts as they are, anything deeper as JSON. */
function annotated(event: ProtobufMessage, data: PacketEvent['data']): ProtobufMessage {
  for (const [name, value] of Object.entries(data)) {
    if (value === undefined || value === null) continue
    const annotation = new ProtobufMessage().text(ANNOTATION.name, name)
    if (typeof value === 'boolean') annotation.bool(ANNOTATION.boolValue, value)
    else if (typeof value === 'string') annotation.text(ANNOTATION.stringValue, value)
    else if (typeof value !== 'number') annotation.text(ANNOTATION.stringValue, JSON.stringify(value))
    else if (Number.isSafeInteger(value)) annotation.int(ANNOTATION.intValue, value)
    else annotation.double(ANNOTATION.doubleValue, value)
    event.message(EVENT.debugAnnotations, annotation)
  }
  return event
}
