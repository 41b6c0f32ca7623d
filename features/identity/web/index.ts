export { GroupPicker } from './GroupPicker.tsx'
export { personChoices, personName } from './person-choices.ts'
export { SettingsHead } from './settings/SettingsHead.tsx'
