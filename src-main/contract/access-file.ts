import * as v from 'valibot'

/**
 * `access.json` in the folder of a lab that runs: where programs of the same user reach it, and with which token. Only its owner can read
 * it. It goes when the lab closes; one that a killed lab left behind leads nowhere.
 */
export const ACCESS_FILE = 'access.json'

const address = v.pipe(v.string(), v.maxLength(64), v.regex(/^127\.0\.0\.1:\d{1,5}$/, 'must be an address of this machine'))
const url = v.pipe(v.string(), v.maxLength(64), v.regex(/^http:\/\/127\.0\.0\.1:\d{1,5}$/, 'must be an address of this machine'))
const pair = <S extends v.GenericSchema>(of: S) => v.object({ a: of, b: of })

export const accessFileSchema = v.object({
  format: v.literal(1, 'must be 1'),
  /** The lab’s own folder: a copy of it elsewhere is no way to this lab. */
  folder: v.pipe(v.string(), v.maxLength(4096)),
  target: v.pipe(v.string(), v.maxLength(223)),
  portals: pair(address),
  management: pair(url),
  /** Lab commands, snapshots and events: `/api/lab/…`. */
  commands: url,
  token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,128}$/, 'must be printable')),
})
export type AccessFile = v.InferOutput<typeof accessFileSchema>
