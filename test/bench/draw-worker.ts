import { parentPort } from 'node:worker_threads'
import { draw } from '../../features/websh/server/recording/follow/draw.ts'

// The product's thread of this kind lets everybody else go first, which here is nobody.
parentPort!.on('message', async (ask: Parameters<typeof draw>[0]) => {
  try {
    parentPort!.postMessage(await draw(ask))
  } catch (error) {
    parentPort!.postMessage({ ask: ask.ask, error: String(error) })
  }
})
