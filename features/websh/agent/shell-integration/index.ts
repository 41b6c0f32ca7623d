export { type ShellLaunch, shellLaunch, writeShellScripts } from './shell-launch.ts'
