/** One counterexample is enough to notice a change. To make it small would take most of the time of a run. */
import fc from 'fast-check'

fc.configureGlobal({ endOnFailure: true })
