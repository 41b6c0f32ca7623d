import { answersOf } from './answers.ts'

answersOf('settings', 'single-sign-on')
