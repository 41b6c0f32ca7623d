/** `npm run build`: the script that started this has built the console where it had to be. */
console.log('The console in apps/web/dist is built from the sources that are here.')
