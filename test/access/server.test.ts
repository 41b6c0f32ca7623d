import { answersOf } from './answers.ts'

answersOf('server', 'server-token', 'agent')
