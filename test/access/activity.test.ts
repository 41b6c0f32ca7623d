import { answersOf } from './answers.ts'

answersOf('activity')
