import type { TraceKind } from '../../src-main/contract/trace'

type FamilyOf<K extends string> = K extends `${infer F}.${string}` ? F : never
type NameIn<K extends string, F extends string> = K extends `${F}.${infer N}` ? N : never

/** What each kind of event tells, by the two parts of its name. A kind without a sentence does not compile, in either language. */
export type Meanings = { readonly [F in FamilyOf<TraceKind>]: { readonly [N in NameIn<TraceKind, F>]: string } }
