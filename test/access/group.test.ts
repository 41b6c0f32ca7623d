import { answersOf } from './answers.ts'

answersOf('group')
