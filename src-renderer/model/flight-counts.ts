/** I/O requests of which a picture has heard, and how many of them it drew. */
export interface FlightCounts {
  readonly shown: number
  readonly seen: number
}
