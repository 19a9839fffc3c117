import { connectLab } from './bridge/connect'
import { createLabWindow } from './window'

createLabWindow(connectLab(window)).mount('#app')
