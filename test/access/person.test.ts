import { answersOf } from './answers.ts'

answersOf('person')
