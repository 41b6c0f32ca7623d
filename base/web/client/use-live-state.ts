import { useSyncExternalStore } from 'react'
import { type LiveState, liveLink } from './live.ts'

export const useLiveState = (): LiveState => useSyncExternalStore(liveLink.listen, liveLink.state)
