/** What each step stands at: a thing of the live window with that `data-tour`. What may be pressed in it meanwhile can be. */
export const TOUR_STEPS = [
  { name: 'pair', at: 'pair', side: 'left' },
  { name: 'host', at: 'host', side: 'right', mayPress: true },
  { name: 'kill', at: 'pair', side: 'left', mayPress: true },
  { name: 'serving', at: 'serving', side: 'bottom' },
  { name: 'vitals', at: 'vitals', side: 'left' },
  { name: 'exercises', at: 'views', side: 'bottom' },
] as const satisfies readonly {
  readonly name: string
  readonly at: string
  readonly side: 'left' | 'right' | 'bottom'
  readonly mayPress?: boolean
}[]
