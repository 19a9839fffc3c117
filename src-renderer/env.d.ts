/// <reference types="vite/client" />
import type { DesktopApi } from '../src-main/contract/lab-ipc'

declare global {
  interface Window {
    /** Put there by the preload script of the desktop window; absent in a browser. */
    readonly lab?: DesktopApi
  }
}
