import { createPinia } from 'pinia'
import { createApp, type App } from 'vue'
import type { LabConnection } from './bridge/connection'
import { createMessages } from './i18n'
import { useLabStore } from './stores/lab'
import { useSettingsStore } from './stores/settings'
import { useSimulationStore } from './stores/simulation'
import LabWindow from './views/LabWindow.vue'
import 'uplot/dist/uPlot.min.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'

/** The whole window over any connection to a lab. */
export function createLabWindow(connection: LabConnection): App {
  const app = createApp(LabWindow)
  const pinia = createPinia()
  app.use(pinia)
  app.use(createMessages())
  useSettingsStore(pinia).applyTheme()
  useLabStore(pinia).attach(connection)
  useSimulationStore(pinia).attach(connection)
  return app
}
