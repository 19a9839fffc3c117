import { createPinia, type Pinia } from 'pinia'
import { createApp, watch, type App } from 'vue'
import type { LabConnection } from './bridge/connection'
import { joinPresentation, type PresenterMeans } from './bridge/presenter-link'
import { createMessages } from './i18n'
import { language, languageFor, speak } from './i18n/language'
import { useAnnouncementStore } from './stores/announcements'
import { useClassroomStore } from './stores/classroom'
import { useExerciseStore } from './stores/exercises'
import { useLabStore } from './stores/lab'
import { usePresenterStore } from './stores/presenter'
import { useSettingsStore, type Settings } from './stores/settings'
import { useSimulationStore } from './stores/simulation'
import LabWindow from './views/LabWindow.vue'
import TrainerWindow from './views/TrainerWindow.vue'
import 'driver.js/dist/driver.css'
import 'uplot/dist/uPlot.min.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/choosing.css'
import './styles/moments.css'
import './styles/presenter.css'
import './styles/tour.css'

interface RoomOptions {
  readonly isTrainer: boolean
  readonly connection: LabConnection
  readonly say: (key: string) => string
}

export interface LabWindowOptions {
  /** The trainer's controls instead of the lab. */
  readonly isTrainer: boolean
  /** How the windows of this page reach each other. Undefined: each is alone. */
  readonly presenters: PresenterMeans | undefined
}

/** The whole window over any connection to a lab. */
export function createLabWindow(connection: LabConnection, { isTrainer, presenters }: LabWindowOptions): App {
  const app = createApp(isTrainer ? TrainerWindow : LabWindow)
  const pinia = createPinia()
  app.use(pinia)
  const messages = createMessages()
  app.use(messages)
  const settings = useSettingsStore(pinia)
  settings.applyTheme()
  followLanguage(() => settings.settings.language, connection)
  settings.followOtherWindows()
  if (presenters !== undefined) joinRoom(pinia, presenters, { isTrainer, connection, say: (key) => messages.global.t(key) })
  useLabStore(pinia).attach(connection)
  useSimulationStore(pinia).attach(connection)
  useExerciseStore(pinia).attach(connection)
  useClassroomStore(pinia).attach(connection)
  return app
}

function joinRoom(pinia: Pinia, means: PresenterMeans, { isTrainer, connection, say }: RoomOptions): void {
  const presenter = usePresenterStore(pinia)
  presenter.join(joinPresentation(isTrainer ? 'trainer' : 'stage', means))
  const open = connection.openTrainer
  if (isTrainer || open === undefined) return
  presenter.openTrainer = () => {
    const failed = { tone: 'bad', title: say('trainer.notOpened'), detail: say('trainer.notOpenedDetail') } as const
    open().catch(() => useAnnouncementStore(pinia).say(failed))
  }
}

/** The chosen language, or the one of the system, also when either changes. */
function followLanguage(choice: () => Settings['language'], connection: LabConnection): void {
  const apply = (): void => {
    const chosen = choice()
    speak(chosen === 'system' ? languageFor(navigator.languages) : chosen)
    document.documentElement.lang = language()
    // A menu that stays in another language is no reason to stop anything.
    connection.useLanguage?.(language()).catch(() => undefined)
  }
  watch(choice, apply, { immediate: true })
  window.addEventListener('languagechange', apply)
}
