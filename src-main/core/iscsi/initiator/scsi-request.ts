/** One SCSI command for a session. */
export interface ScsiRequest {
  readonly lun: number
  readonly cdb: Uint8Array
  /** Data for the target; the session keeps it until the outcome is known. */
  readonly dataOut?: Uint8Array
  /** The most that the target may send. */
  readonly dataInBytes?: number
}

export type ScsiOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly sense: Uint8Array | undefined; readonly dataIn: Uint8Array }
  /** The target refused the PDU (RFC 7143 §11.17): the command was not executed. */
  | { readonly kind: 'rejected'; readonly reason: number }
  /** Nobody knows whether the command was executed. */
  | { readonly kind: 'connection-lost' }
