import { parentPort } from 'node:worker_threads'
import { draw, type ShowAsk, type SignAsk, type TranscriptAsk } from './draw.ts'
import { stepBack } from './step-back.ts'

stepBack()

parentPort!.on('message', async (ask: ShowAsk | TranscriptAsk | SignAsk) => {
  try {
    parentPort!.postMessage(await draw(ask))
  } catch (error) {
    parentPort!.postMessage({ ask: ask.ask, error: String(error) })
  }
})
