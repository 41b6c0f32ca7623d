export { GroupPicker } from './GroupPicker.tsx'
export { personChoices } from './person-choices.ts'
export { SettingsHead } from './settings/SettingsHead.tsx'
