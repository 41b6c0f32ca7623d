import { answersOf } from './answers.ts'

answersOf('token')
