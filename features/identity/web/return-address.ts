export { returnAddress } from '../common/return-address.ts'
