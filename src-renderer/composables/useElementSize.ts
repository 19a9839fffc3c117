import { onBeforeUnmount, onMounted, shallowRef, type Ref } from 'vue'

/** How large an element is, in pixels: nothing until it is there. */
export function useElementSize(element: Readonly<Ref<HTMLElement | null>>) {
  const size = shallowRef({ width: 0, height: 0 })
  const observer = new ResizeObserver(() => {
    if (element.value !== null) size.value = { width: element.value.clientWidth, height: element.value.clientHeight }
  })
  onMounted(() => {
    if (element.value !== null) observer.observe(element.value)
  })
  onBeforeUnmount(() => observer.disconnect())
  return { size }
}
