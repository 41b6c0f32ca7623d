import { answersOf } from './answers.ts'

answersOf('auth')
