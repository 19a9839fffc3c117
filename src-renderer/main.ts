import { TRAINER_FRAGMENT } from '../src-main/contract/lab-ipc'
import { connectLab } from './bridge/connect'
import { presenterMeans } from './bridge/presenter-link'
import { createLabWindow } from './window'

const isTrainer = location.hash === TRAINER_FRAGMENT
createLabWindow(connectLab(window), { isTrainer, presenters: presenterMeans(window) }).mount('#app')
