import { acknowledgedBeforeMirror } from './planted/acknowledged-before-mirror'
import { givebackWhileDirty } from './planted/giveback-while-dirty'
import { hysteresisRemoved } from './planted/hysteresis-removed'
import { replaySkipsLastRecord } from './planted/replay-skips-last-record'
import { takeoverBeforeFence } from './planted/takeover-before-fence'
import { takeoverForgetsRequests } from './planted/takeover-forgets-requests'
import type { PlantedBug } from './planted-bug'

/**
 * Flawed firmware for exercises, by names that do not tell what is wrong. Each is the simulator with its own copy of the core, in which
 * one bug is planted. No controller of the live lab ever runs one: they are files of their own, which only the world of an exercise loads.
 */
export const FIRMWARE_VARIANTS: Readonly<Record<string, PlantedBug>> = {
  basalt: takeoverBeforeFence,
  cobalt: acknowledgedBeforeMirror,
  dolomite: takeoverForgetsRequests,
  flint: replaySkipsLastRecord,
  garnet: hysteresisRemoved,
  jasper: givebackWhileDirty,
}
