import '@/shared/tokens.css'
import '@/shared/base.css'
import './door.css'
import { createApp } from 'vue'
import Door from './Door.vue'

createApp(Door).mount('#app')
