export { HeardRows } from './heard-rows.ts'
export { insertRows, replaceRows } from './row-pages.ts'
