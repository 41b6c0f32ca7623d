import { answersOf } from './answers.ts'

answersOf('command')
