import { getCurrentScope, onScopeDispose, shallowRef, type ShallowRef } from 'vue'

/** Whether the person's system asks for reduced motion, also if that changes while the window is open. */
export function useReducedMotion(): Readonly<ShallowRef<boolean>> {
  const asked = matchMedia('(prefers-reduced-motion: reduce)')
  const isReduced = shallowRef(asked.matches)
  const follow = (): void => void (isReduced.value = asked.matches)
  asked.addEventListener('change', follow)
  if (getCurrentScope() !== undefined) onScopeDispose(() => asked.removeEventListener('change', follow))
  return isReduced
}
