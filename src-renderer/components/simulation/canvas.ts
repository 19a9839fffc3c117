/** A pen for a canvas of that size in CSS pixels, and the colours that the theme has for it now. */
export function penOf(canvas: HTMLCanvasElement | null, width: number, height: number) {
  const pen = canvas?.getContext('2d')
  if (canvas === null || pen === null || pen === undefined) return undefined
  const ratio = window.devicePixelRatio
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  pen.scale(ratio, ratio)
  const style = getComputedStyle(canvas)
  return { pen, colour: (variable: string) => style.getPropertyValue(variable).trim() }
}
