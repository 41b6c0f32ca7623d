import { parentPort } from 'node:worker_threads'
import { type DrawAsk, draw } from './draw.ts'
import { stepBack } from './step-back.ts'

stepBack()

parentPort!.on('message', async (ask: DrawAsk) => {
  try {
    parentPort!.postMessage(await draw(ask))
  } catch (error) {
    parentPort!.postMessage({ ask: ask.ask, error: String(error) })
  }
})
