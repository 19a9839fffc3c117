import { shallowRef } from 'vue'

/** Lets a person drop a file on an element. `take`: gets the first one that is dropped. */
export function useFileDrop(take: (file: File) => void) {
  /** A file is held over the element. */
  const isOver = shallowRef(false)

  function over(event: DragEvent): void {
    if (event.dataTransfer?.types.includes('Files') !== true) return
    // Else the page would go to the file.
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    isOver.value = true
  }

  /** Also told when it goes on to a part of the element. */
  function leave({ currentTarget, relatedTarget }: DragEvent): void {
    const isInside = currentTarget instanceof Node && relatedTarget instanceof Node && currentTarget.contains(relatedTarget)
    if (!isInside) isOver.value = false
  }

  function drop(event: DragEvent): void {
    isOver.value = false
    const file = event.dataTransfer?.files[0]
    if (file === undefined) return
    event.preventDefault()
    take(file)
  }

  return { isOver, over, leave, drop }
}
