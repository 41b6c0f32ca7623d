import { answersOf } from './answers.ts'

answersOf('terminal')
