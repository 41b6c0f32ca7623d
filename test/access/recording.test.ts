import { answersOf } from './answers.ts'

answersOf('recording')
