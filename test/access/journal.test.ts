import { answersOf } from './answers.ts'

answersOf('journal', 'access')
