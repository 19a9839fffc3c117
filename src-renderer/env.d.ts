/// <reference types="vite/client" />
import type { LabApi } from '../src-main/contract/lab-api'

declare global {
  interface Window {
    /** Put there by the preload script of the desktop window; absent in a browser. */
    readonly lab?: LabApi
  }
}
