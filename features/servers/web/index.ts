export { servers } from './client.ts'
export { ServerPicker } from './ServerPicker.tsx'
export { serverChoices, serverName } from './server-choices.ts'
