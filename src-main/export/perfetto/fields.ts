/**
 * Numbers of fields, from protos/perfetto/trace of google/perfetto: trace.proto, trace_packet.proto, track_event/track_event.proto,
 * track_event/track_descriptor.proto, track_event/debug_annotation.proto.
 */
export const TRACE = { packet: 1 } as const

export const PACKET = {
  timestamp: 8,
  trustedPacketSequenceId: 10,
  trackEvent: 11,
  sequenceFlags: 13,
  trackDescriptor: 60,
  firstPacketOnSequence: 87,
} as const

/** SEQ_INCREMENTAL_STATE_CLEARED: the first packet needs nothing from before. */
export const STATE_CLEARED = 1

export const DESCRIPTOR = { uuid: 1, name: 2, parentUuid: 5 } as const

export const EVENT = { debugAnnotations: 4, type: 9, trackUuid: 11, categories: 22, name: 23, flowIds: 47 } as const

export const EVENT_TYPE = { sliceBegin: 1, sliceEnd: 2, instant: 3 } as const

export const ANNOTATION = { boolValue: 2, intValue: 4, doubleValue: 5, stringValue: 6, name: 10 } as const
