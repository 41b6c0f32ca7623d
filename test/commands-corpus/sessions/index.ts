import type { Session } from '../session.ts'
import { adminDays } from './admin-days.ts'
import { blocks } from './blocks.ts'
import { editing } from './editing.ts'
import { fifthHand } from './fifth-hand.ts'
import { fourthHand } from './fourth-hand.ts'
import { oddEnds } from './odd-ends.ts'
import { programs } from './programs.ts'
import { sixthHand } from './sixth-hand.ts'
import { surroundings } from './surroundings.ts'
import { thirdHand } from './third-hand.ts'

export const sessions: readonly Session[] = [
  ...editing,
  ...blocks,
  ...surroundings,
  ...programs,
  ...adminDays,
  ...oddEnds,
  ...thirdHand,
  ...fourthHand,
  ...fifthHand,
  ...sixthHand,
]
